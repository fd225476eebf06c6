"""The default policy: short moments cost nothing, what lasts is one flag, the technical costs no points."""

from __future__ import annotations

import pytest

from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from tests.analysis.risk.builders import browser, episodes_of, run, video

POLICY = load_policy("default")
QUIET: dict[str, Scalar] = {
    "face_count": 1,
    "looking_away": False,
    "eyes_closed": False,
    "camera_blocked": False,
    "excessive_movement": False,
    "frozen": False,
    "looped": False,
    "yaw": 0,
    "eye_closure": 0,
    "movement": 0,
    "off_screen": False,
    "gaze_outside": 0,
    "gaze_hint": None,
}
BLOCKED: dict[str, Scalar] = {**dict.fromkeys(QUIET), "camera_blocked": True}
VIOLATIONS: list[tuple[str, dict[str, Scalar]]] = [
    ("NO_FACE", {"face_count": 0, "looking_away": None, "eyes_closed": None}),
    ("MULTIPLE_FACES", {"face_count": 2}),
    ("LOOKING_AWAY", {"looking_away": True, "yaw": -40}),
    ("EYES_CLOSED", {"eyes_closed": True, "eye_closure": 1}),
    ("LOOKING_OFF_SCREEN", {"off_screen": True, "gaze_outside": 12.5}),
    ("CAMERA_BLOCKED", BLOCKED),
    ("FROZEN", {"frozen": True}),
    ("LOOPED", {"looped": True}),
    ("MOVEMENT", {"excessive_movement": True, "movement": 1}),
]
RATES = [1000, 500]


def session(seconds: int, every_ms: int, shown: dict[str, Scalar], when: set[int]) -> list[Record]:
    """Frames every `every_ms`; those whose number is in `when` show something."""
    return [
        video(place, place * every_ms, **{**QUIET, **(shown if place in when else {})})
        for place in range(seconds * 1000 // every_ms)
    ]


@pytest.mark.parametrize("every_ms", RATES)
@pytest.mark.parametrize(("rule", "shown"), VIOLATIONS)
def test_one_noisy_frame_never_flags(rule: str, shown: dict[str, Scalar], every_ms: int) -> None:
    for between_ms in (0, 3500):
        busy = [browser(seq, 5000 + between_ms + seq, "window_focus") for seq in range(5)]
        result = run([*session(30, every_ms, shown, {5}), *busy], POLICY)
        assert (rule, result.flags, result.score) == (rule, (), 0)


@pytest.mark.parametrize(("rule", "shown"), VIOLATIONS)
def test_a_noisy_frame_before_a_stalled_camera_never_flags(rule: str, shown: dict[str, Scalar]) -> None:
    records = [video(1, 0, **QUIET), video(2, 1000, **{**QUIET, **shown})]
    busy = [browser(seq, 1000 + seq * 500, "window_focus") for seq in range(1, 17)]
    result = run([*records, *busy, video(3, 9500, **QUIET)], POLICY)
    assert (rule, result.flags) == (rule, ())


@pytest.mark.parametrize("every_ms", RATES)
@pytest.mark.parametrize(("rule", "shown"), VIOLATIONS)
def test_what_lasts_is_one_flag_and_one_missed_frame_does_not_split_it(
    rule: str, shown: dict[str, Scalar], every_ms: int
) -> None:
    first, last = 5000 // every_ms, 15_000 // every_ms
    when = set(range(first, last)) - {first + 1, 10_000 // every_ms}
    result = run(session(40, every_ms, shown, when), POLICY)
    assert [flag.rule for flag in result.flags] == [rule]
    assert episodes_of(result) == [(rule, 5000, 15_000)]


def test_looking_off_the_screen_points_a_person_to_the_clearest_moment_and_weighs_little() -> None:
    shown: dict[str, Scalar] = {"off_screen": True, "gaze_outside": 9.0}
    records = session(30, 1000, shown, set(range(5, 15)))
    records[8] = video(8, 8000, **{**QUIET, "off_screen": True, "gaze_outside": 30.0})
    result = run(records, POLICY)
    (flag,) = result.flags
    assert (flag.rule, flag.severity, flag.delta, flag.since_ms) == ("LOOKING_OFF_SCREEN", "info", 2, 5000)
    (episode,) = result.episodes
    assert episode.worst_seq == 8


def test_eyes_that_are_unknown_or_only_guessed_raise_nothing() -> None:
    for shown in ({"off_screen": None, "gaze_outside": None}, {"off_screen": None, "gaze_hint": "left"}):
        assert run(session(60, 1000, dict(shown), set(range(5, 50))), POLICY).flags == ()


def test_a_blocked_camera_is_not_an_absent_person() -> None:
    result = run(session(60, 1000, BLOCKED, set(range(5, 50))), POLICY)
    assert [flag.rule for flag in result.flags] == ["CAMERA_BLOCKED"]


@pytest.mark.parametrize("every_ms", RATES)
def test_nobody_passes_unseen_with_a_covered_camera(every_ms: int) -> None:
    result = run(session(120, every_ms, BLOCKED, set(range(5000 // every_ms, 115_000 // every_ms))), POLICY)
    assert [(flag.rule, flag.severity, flag.t_ms) for flag in result.flags] == [
        ("CAMERA_BLOCKED", "warning", 10_000 - every_ms),
        ("CAMERA_BLOCKED_LONG", "critical", 65_000),
    ]
    assert result.report.recommendation == "PASS_WITH_REVIEW"


def test_a_long_absence_becomes_critical() -> None:
    shown: dict[str, Scalar] = {"face_count": 0}
    result = run(session(60, 1000, shown, set(range(5, 50))), POLICY)
    assert [(flag.rule, flag.severity, flag.t_ms) for flag in result.flags] == [
        ("NO_FACE", "warning", 8000),
        ("AWAY", "critical", 35_000),
    ]


@pytest.mark.parametrize(
    ("event", "rule", "severity", "delta"),
    [
        ("copy", "COPY", "info", 2),
        ("cut", "CUT", "info", 1),
        ("paste", "PASTE", "warning", 4),
        ("context_menu", "CONTEXT_MENU", "info", 1),
        ("offline", "OFFLINE", "info", 0),
        ("camera_lost", "CAMERA_LOST", "warning", 6),
    ],
)
def test_browser_events(event: str, rule: str, severity: str, delta: int) -> None:
    flag = run([browser(1, 1000, event)], POLICY).flags[0]
    assert (flag.rule, flag.severity, flag.delta, flag.lasting) == (rule, severity, delta, False)


@pytest.mark.parametrize(
    ("event", "back", "rule", "severity", "delta", "patience_ms"),
    [
        ("tab_hidden", "tab_visible", "TAB_HIDDEN", "warning", 5, 1500),
        ("window_blur", "window_focus", "WINDOW_BLUR", "info", 2, 5000),
        ("window_blur", "tab_hidden", "WINDOW_BLUR", "info", 2, 5000),
        ("full_screen_left", "full_screen_entered", "FULL_SCREEN_LEFT", "warning", 3, 10_000),
        ("screen_lost", "screen_back", "SCREEN_LOST", "warning", 6, 30_000),
        ("screen_part", "screen_back", "SCREEN_PART", "info", 0, 60_000),
        ("screen_missing", "screen_excused", "SCREEN_MISSING", "info", 0, 60_000),
    ],
)
def test_what_is_mended_in_time_is_no_flag_and_what_lasts_is_one(
    event: str, back: str, rule: str, severity: str, delta: int, patience_ms: int
) -> None:
    in_time = [browser(1, 1000, event), browser(2, 999 + patience_ms, back)]
    mended = run(in_time, POLICY, 1500 + patience_ms)
    assert (rule in [flag.rule for flag in mended.flags], mended.score) == (False, 0)
    lasting = run([browser(1, 1000, event), browser(2, 91_000, back)], POLICY, 91_100)
    flag = lasting.flags[0]
    assert (flag.rule, flag.severity, flag.delta, flag.since_ms, flag.t_ms, flag.lasting) == (
        *(rule, severity, delta, 1000, 1000 + patience_ms, True),
    )
    assert episodes_of(lasting) == [(rule, 1000, 91_000)]


@pytest.mark.parametrize("event", ["tab_hidden", "window_blur", "full_screen_left"])
def test_a_page_that_is_loaded_again_has_left_nothing(event: str) -> None:
    records = [browser(1, 1000, event), browser(2, 2000, "page_loaded")]
    assert run(records, POLICY, 60_000).flags == ()


@pytest.mark.parametrize(
    "event", ["tab_visible", "window_focus", "full_screen_entered", "online", "page_loaded", "camera_back"]
)
def test_good_news_is_no_flag(event: str) -> None:
    assert run([browser(1, 1000, event)], POLICY).flags == ()


def test_a_gap_in_the_video_costs_nothing() -> None:
    result = run([*session(10, 1000, QUIET, set()), video(99, 60_000, **QUIET)], POLICY)
    assert [(flag.rule, flag.since_ms, flag.t_ms, flag.delta) for flag in result.flags] == [
        ("VIDEO_GAP", 9000, 19_000, 0)
    ]
    assert result.report.integrity_score == 100


def test_temporary_points_fade_and_permanent_ones_stay() -> None:
    away = [browser(2, 0, "tab_hidden"), browser(3, 2000, "tab_visible")]
    result = run([browser(1, 0, "paste"), *away], POLICY, 60_000)
    assert result.ledgers == (("temporary", 0), ("permanent", 5000))


def test_recommendations() -> None:
    quiet = session(20, 1000, QUIET, set())
    crowd = session(20, 1000, {"face_count": 2}, set(range(5, 12)))
    tabs = [
        record
        for turn in range(11)
        for record in (
            browser(2 * turn, turn * 3000, "tab_hidden"),
            browser(2 * turn + 1, turn * 3000 + 2000, "tab_visible"),
        )
    ]
    assert run(quiet, POLICY).report.recommendation == "PASS"
    assert run([*quiet, *tabs[:2]], POLICY).report.recommendation == "PASS"
    assert run(crowd, POLICY).report.recommendation == "PASS_WITH_REVIEW"
    assert run([*quiet, *tabs], POLICY).report.recommendation == "REVIEW_REQUIRED"


def test_every_rule_has_words_for_people() -> None:
    for rule in POLICY.rules:
        assert rule.label != rule.id
        assert rule.explain.endswith(".")


def test_a_trick_of_the_camera_is_shown_and_costs_nothing() -> None:
    when = set(range(5, 50))
    result = run(session(60, 1000, {"frozen": True, "looped": True}, when), POLICY)
    assert [(flag.rule, flag.severity, flag.delta_milli) for flag in result.flags] == [
        ("FROZEN", "warning", 0),
        ("LOOPED", "warning", 0),
    ]
    assert (result.score, result.report.integrity_milli) == (0, 100_000)
