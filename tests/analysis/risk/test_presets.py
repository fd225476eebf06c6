"""The presets against the five published systems: their tables, and oracles re-expressed from their code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from analysis.risk.policy import Policy, parse_policy
from analysis.risk.result import risk_report
from analysis.risk.state import Tally
from tests.analysis.risk.builders import browser, fired_at, run, video

FRAME_MS = 200


def preset(presets_dir: Path, name: str) -> Policy:
    return load_policy(name, presets_dir=presets_dir)


def frames(until_ms: int, **values: Scalar) -> list[Record]:
    seen: dict[str, Scalar] = {"face_count": 1, "looking_away": False, "phone": False, **values}
    return [video(t_ms // FRAME_MS, t_ms, **seen) for t_ms in range(0, until_ms + 1, FRAME_MS)]


@pytest.mark.parametrize(
    ("values", "not_yet_ms", "fires_ms", "rule", "delta"),
    [
        ({"face_count": 0}, 2000, 2200, "NO_FACE", 5),
        ({"face_count": 2}, 2000, 2200, "MULTIPLE_FACES", 10),
        ({"looking_away": True}, 3000, 3200, "LOOKING_AWAY", 6),
        ({"phone": True}, 5000, 5200, "PHONE_DETECTED", 15),
    ],
)
def test_seed3_published_table(
    presets_dir: Path, values: dict[str, Scalar], not_yet_ms: int, fires_ms: int, rule: str, delta: int
) -> None:
    policy = preset(presets_dir, "seed3")
    assert run(frames(not_yet_ms, **values), policy).flags == ()
    flags = run(frames(fires_ms, **values), policy).flags
    assert [(flag.rule, flag.t_ms, flag.delta) for flag in flags] == [(rule, fires_ms, delta)]


def test_seed3_a_hidden_tab_costs_five_permanent_points(presets_dir: Path) -> None:
    result = run([browser(1, 100, "tab_hidden")], preset(presets_dir, "seed3"), 60_000)
    assert result.ledgers == (("temporary", 0), ("permanent", 5000))


def test_seed3_decays_one_point_a_second_without_violation(presets_dir: Path) -> None:
    policy = preset(presets_dir, "seed3")
    absent = frames(2200, face_count=0)  # 200 ms of a second had passed when the violation was confirmed
    present = [video(100, 2400, face_count=1)]
    scores = [run([*absent, *present], policy, 2400 + after).score for after in (0, 799, 800, 1800, 9000)]
    assert scores == [5, 5, 4, 3, 0]


def test_seed3_code_fires_at_the_limit(presets_dir: Path) -> None:
    policy = preset(presets_dir, "seed3-code")
    assert fired_at(run(frames(2000, face_count=0), policy).flags) == [("NO_FACE", 0, 2000)]
    assert run(frames(1800, face_count=0), policy).flags == ()
    assert fired_at(run(frames(5000, phone=True), policy).flags) == [("PHONE_DETECTED", 0, 5000)]


@dataclass
class CodeOfSeed3:
    """The published engine: a timer per violation, restarted when it fires, then one point of decay."""

    since_ms: dict[str, int | None] = field(default_factory=dict)
    temporary: int = 0
    permanent: int = 0
    decayed_ms: int = 0

    def elapsed(self, name: str, violated: bool, limit_ms: int, t_ms: int) -> bool:
        since_ms = self.since_ms.get(name)
        if not violated:
            self.since_ms[name] = None
        elif since_ms is None:
            self.since_ms[name] = t_ms
        elif t_ms - since_ms >= limit_ms:
            self.since_ms[name] = t_ms
            return True
        return False

    def update(self, t_ms: int, faces: int, away: bool, phone: bool) -> int:
        self.temporary += 5 * self.elapsed("none", faces == 0, 2000, t_ms)
        self.temporary += 10 * self.elapsed("many", faces > 1, 2000, t_ms)
        self.temporary += 6 * self.elapsed("away", away, 3000, t_ms)
        self.permanent += 15 * self.elapsed("phone", phone, 5000, t_ms)
        if t_ms - self.decayed_ms >= 1000:
            self.temporary = max(0, self.temporary - 1)
            self.decayed_ms = t_ms
        return self.temporary + self.permanent


FRAME = st.tuples(
    st.integers(30, 1500), st.sampled_from([0, 0, 1, 2]), st.booleans(), st.booleans(), st.integers(1, 12)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenes=st.lists(FRAME, max_size=12))
def test_seed3_code_equals_its_oracle(
    presets_dir: Path, scenes: list[tuple[int, int, bool, bool, int]]
) -> None:
    policy = preset(presets_dir, "seed3-code")
    oracle = CodeOfSeed3()
    records: list[Record] = []
    t_ms = score = 0
    for step_ms, faces, away, phone, times in scenes:
        for _ in range(times):
            t_ms += step_ms
            records.append(video(len(records), t_ms, face_count=faces, looking_away=away, phone=phone))
            score = oracle.update(t_ms, faces, away, phone)
    assert run(records, policy).score == score


SIGNALS_OF_SEED1: list[tuple[dict[str, Scalar], int]] = [
    ({"gaze": "center", "face_count": 1}, 0),
    ({"gaze": "left", "face_count": 1}, 2),
    ({"gaze": "up", "face_count": 1}, 2),
    ({"gaze": None, "face_count": 0}, 9),
    ({"gaze": None, "face_count": None}, 0),
    ({"gaze": "center", "face_count": 3}, 10),
    ({"gaze": "down", "face_count": 2}, 12),
]


@pytest.mark.parametrize(("values", "points"), SIGNALS_OF_SEED1)
def test_seed1_points_of_a_check(presets_dir: Path, values: dict[str, Scalar], points: int) -> None:
    assert run([video(1, 10_000, **values)], preset(presets_dir, "seed1")).score == points


@pytest.mark.parametrize(
    ("record", "points"),
    [
        (Record("audio", 1, 500, values={"speech": True, "multiple_voices": False}), 3),
        (Record("audio", 1, 500, values={"speech": True, "multiple_voices": True}), 13),
        (browser(1, 500, "tab_switch"), 4),
        (browser(1, 500, "tab_switch", n=3), 12),
        (browser(1, 500, "copy_paste"), 5),
    ],
)
def test_seed1_points_of_sound_and_browser(presets_dir: Path, record: Record, points: int) -> None:
    assert run([record], preset(presets_dir, "seed1")).score == points


@dataclass
class CodeOfSeed1:
    """The published scoring: intervals of 30 s from their own start, flagged and reset once they reach 10."""

    start_ms: int = 0
    points: int = 0
    total: int = 0
    windows: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def close(self, end_ms: int, flagged: bool) -> None:
        self.windows.append((self.start_ms, end_ms, self.points, flagged))
        self.start_ms, self.points = end_ms, 0

    def pass_to(self, t_ms: int) -> None:
        while t_ms - self.start_ms >= 30_000:
            self.close(self.start_ms + 30_000, False)

    def add(self, t_ms: int, points: int) -> None:
        self.points += points
        self.total += points
        if self.points >= 10:
            self.close(t_ms, True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=40))
def test_seed1_totals_and_windows_equal_their_oracle(presets_dir: Path, steps: list[tuple[int, int]]) -> None:
    oracle = CodeOfSeed1()
    records: list[Record] = []
    for place, (kind, tabs) in enumerate(steps, start=1):
        t_ms = place * 10_000
        if tabs:
            oracle.pass_to(t_ms - 5000)
            oracle.add(t_ms - 5000, 4 * tabs)
            records.append(browser(place, t_ms - 5000, "tab_switch", n=tabs))
        values = SIGNALS_OF_SEED1[kind][0]
        records.append(video(place, t_ms, **values))
        oracle.pass_to(t_ms)
        faces = values["face_count"]
        if values["gaze"] in ("left", "up", "down"):
            oracle.add(t_ms, 2)
        if isinstance(faces, int) and faces != 1:
            oracle.add(t_ms, 9 if faces == 0 else 10)
    result = run(records, preset(presets_dir, "seed1"))
    seen = [(w.start_ms, w.end_ms, w.points_milli // 1000, w.flagged) for w in result.windows]
    end_ms = len(steps) * 10_000
    if oracle.start_ms < end_ms:
        oracle.close(end_ms, False)
    assert (result.score, seen) == (oracle.total, oracle.windows)


def test_seed1_checks_the_picture_every_ten_seconds(presets_dir: Path) -> None:
    records = [video(place, place * 1000, gaze="left", face_count=1) for place in range(1, 31)]
    assert [flag.t_ms for flag in run(records, preset(presets_dir, "seed1")).flags] == [1000, 11_000, 21_000]


def test_seed2_counts_down_from_a_hundred(presets_dir: Path) -> None:
    names = ["no_face_detected", "multiple_faces_detected", "object_detected", "focus_lost"]
    records = [browser(seq, seq * 1000, name) for seq, name in enumerate(names)]
    policy = preset(presets_dir, "seed2")
    assert [flag.score for flag in run(records, policy).flags] == [95, 85, 75, 70]
    assert run([browser(1, 0, "object_detected", n=20)], policy).score == 0


@pytest.mark.parametrize(
    ("signal", "at", "beyond"),
    [("ear", 0.18, 0.179), ("pupil_move", 0.008, 0.0081), ("face_move", 0.05, 0.051), ("face_count", 1, 2)],
)
def test_seed4_bounds_are_strict(presets_dir: Path, signal: str, at: float, beyond: float) -> None:
    policy = preset(presets_dir, "seed4")
    assert run([video(1, 0, **{signal: at})], policy).score == 0
    assert run([video(1, 0, **{signal: beyond}), video(2, 10, **{signal: beyond})], policy).score == 2


def test_seed0_example(presets_dir: Path) -> None:
    policy = preset(presets_dir, "seed0-report")
    tally = Tally(2, 5, 5, 2 * 2400 + 5 * 800, {})
    assert risk_report(tally, 0, policy).to_json() == {
        "integrity_score": 91.2,
        "recommendation": "PASS_WITH_REVIEW",
        "critical_flags": 2,
        "warning_flags": 5,
        "info_flags": 5,
        "total_events": 12,
    }


def test_seed0_example_from_a_log(presets_dir: Path) -> None:
    part: dict[str, Any] = {"deduct": {}, "recommend": []}
    named = preset(presets_dir, "seed0-report")
    part["deduct"] = {"by_severity": {name: milli / 1000 for name, milli in named.deduct.by_severity}}
    rules = [{"id": name, "on": name, "severity": name} for name in ("critical", "warning", "info")]
    policy = parse_policy({"rules": rules, "report": part})
    events = ["critical"] * 2 + ["warning"] * 5 + ["info"] * 5
    report = run([browser(seq, seq, name) for seq, name in enumerate(events)], policy).report
    assert (report.integrity_score, report.total_events) == (91.2, 12)
