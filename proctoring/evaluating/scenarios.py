"""Recorded exams with a script of what happens when: episodes found, missed, late, and told for nothing."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.evaluation.findings import NOTHING, Section, Table, rate
from analysis.evaluation.manifest import ManifestRefused
from analysis.evaluation.statistics import Rate
from analysis.risk.policy import Policy
from proctoring.footage import Footage, FootageRefused
from proctoring.results import FlagResult

SCENARIOS = "scenarios"
TOLERANCE_MS = 1000
"""An episode is found where a flag of its rule overlaps it within this."""
SIGNAL_OF = {
    "NO_FACE": ("video", "face_count"),
    "MULTIPLE_FACES": ("video", "face_count"),
    "SOMEBODY_ELSE": ("objects", "identity_mismatch"),
    "SPEECH": ("audio", "speech"),
    "SECOND_VOICE": ("audio", "second_voice"),
}
"""The rules that scripts hold a truth for, with the signal that each is judged by."""
JUDGED = tuple(SIGNAL_OF)
Watch = Callable[[Path], Footage]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a rule should tell from `from_ms` to `to_ms`."""

    rule: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    video: Path
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One expected episode and the first flag that tells it."""

    expected: Expected
    flag: FlagResult | None

    @property
    def late_ms(self) -> int | None:
        return self.flag.t_ms - self.expected.from_ms if self.flag else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One script against the flags: expected episodes, flags for nothing, rules without a truth."""

    name: str
    told: tuple[Told, ...]
    false: tuple[FlagResult, ...]
    others: tuple[str, ...]
    unmeasured: tuple[str, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        missed = (_missed(one) for one in self.told if one.flag is None)
        false = (f"{flag.rule} at {_seconds(flag.t_ms)} told what did not happen" for flag in self.false)
        return tuple(f"{self.name}: {words}" for words in (*missed, *false))


def measure_scenarios(folder: Path, policy: Policy, watch: Watch) -> Section | None:
    """Every script of the folder's `scenarios`; `None` where there is none.

    Raises:
        ManifestRefused: for a script that cannot be read.
    """
    scripts = [read_script(path) for path in sorted((folder / SCENARIOS).glob("*.json"))]
    if not scripts:
        return None
    judged: list[Judged] = []
    unread: list[str] = []
    for script in scripts:
        if not script.video.is_file():
            unread.append(f"{script.name}: there is no such file")
            continue
        try:
            judged.append(judge(script, watch(script.video), {rule.id for rule in policy.rules}))
        except FootageRefused as reason:
            unread.append(str(reason))
    told = [one for script in judged for one in script.told]
    others = sorted({rule for script in judged for rule in script.others})
    return Section(
        kind="scenarios",
        title="Recorded exams with a script",
        detector=f"the whole way at 2 frames a second, policy {policy.name}",
        tables=(_by_rule(told), _timeline(told)) if told else (),
        notes=(f"Flags whose truth the scripts do not hold are not judged: {', '.join(others)}.",)
        if others
        else (),
        wrong=tuple(words for script in judged for words in script.wrong),
        unmeasured=(*unread, *dict.fromkeys(words for script in judged for words in script.unmeasured)),
    )


def judge(script: Script, seen: Footage, rules: Collection[str]) -> Judged:
    """Compare a script with what a policy of these rules told; what no detector spoke of is not judged."""
    flags = seen.result.flags
    spoken = {(record.stream, key) for record in seen.records for key in record.values or ()}
    known = [one for one in script.expected if one.rule in rules and SIGNAL_OF[one.rule] in spoken]
    return Judged(
        name=script.name,
        told=tuple(match(known, flags)),
        false=tuple(unexpected(script.expected, flags)),
        others=tuple(flag.rule for flag in flags if flag.rule not in JUDGED),
        unmeasured=tuple(_silent(one.rule, rules) for one in script.expected if one not in known),
    )


def read_script(path: Path) -> Script:
    """The episodes that a script announces; the first person alone in view is the candidate.

    Raises:
        ManifestRefused: for a file that is no script.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        name = str(stored["file"])
        spans = [*_of_video(stored["video"]), *_of_audio(stored.get("audio", []))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise ManifestRefused(f"{SCENARIOS}/{path.name}: this is no script of a recording") from reason
    if Path(name).name != name:
        raise ManifestRefused(f"{SCENARIOS}/{path.name}: '{name}' is no file beside the script")
    return Script(name, path.parent / name, tuple(_joined(spans)))


def match(expected: Sequence[Expected], flags: Sequence[FlagResult]) -> list[Told]:
    return [Told(one, next((flag for flag in flags if _tells(flag, one)), None)) for one in expected]


def unexpected(expected: Sequence[Expected], flags: Sequence[FlagResult]) -> list[FlagResult]:
    """Flags of the judged rules that tell nothing of the script."""
    judged = [flag for flag in flags if flag.rule in JUDGED]
    return [flag for flag in judged if not any(_tells(flag, one) for one in expected)]


def _tells(flag: FlagResult, one: Expected) -> bool:
    end_ms = flag.t_ms if flag.end_ms is None else max(flag.end_ms, flag.t_ms)
    starts_before = flag.since_ms < one.to_ms + TOLERANCE_MS
    return flag.rule == one.rule and starts_before and end_ms > one.from_ms - TOLERANCE_MS


def _of_video(segments: Sequence[Mapping[str, Any]]) -> list[Expected]:
    found: list[Expected] = []
    candidate = next((one["person"] for one in segments if one["faces"] == 1), None)
    for one in segments:
        if one["faces"] == 0:
            found.append(_span("NO_FACE", one))
        elif one["faces"] > 1:
            found.append(_span("MULTIPLE_FACES", one))
        elif one["person"] != candidate:
            found.append(_span("SOMEBODY_ELSE", one))
    return found


def _of_audio(segments: Sequence[Mapping[str, Any]]) -> list[Expected]:
    spoken = [_span("SPEECH", one) for one in segments if one["speech"]]
    return spoken + [_span("SECOND_VOICE", one) for one in segments if one.get("speakers", 0) > 1]


def _span(rule: str, segment: Mapping[str, Any]) -> Expected:
    return Expected(rule, round(1000 * segment["from_s"]), round(1000 * segment["to_s"]))


def _joined(spans: Sequence[Expected]) -> list[Expected]:
    """Neighbours of one rule are one episode."""
    joined: list[Expected] = []
    for one in sorted(spans, key=lambda span: (JUDGED.index(span.rule), span.from_ms)):
        if joined and joined[-1].rule == one.rule and joined[-1].to_ms >= one.from_ms:
            joined[-1] = Expected(one.rule, joined[-1].from_ms, max(joined[-1].to_ms, one.to_ms))
        else:
            joined.append(one)
    return joined


def _by_rule(told: Sequence[Told]) -> Table:
    rows = []
    for rule in JUDGED:
        of_rule = [one for one in told if one.expected.rule == rule]
        if of_rule:
            rows.append((rule, rate(Rate.among(one.flag is not None for one in of_rule))))
    return Table("Episodes that a flag told", ("rule", "found"), tuple(rows))


def _timeline(told: Sequence[Told]) -> Table:
    rows = tuple(
        (one.expected.rule, _seconds(one.expected.from_ms), _seconds(one.expected.to_ms), *_flagged(one))
        for one in told
    )
    return Table(
        "The script and the flags", ("rule", "from", "to", "flag from", "flagged at", "late by"), rows
    )


def _flagged(one: Told) -> tuple[str, str, str]:
    if one.flag is None or one.late_ms is None:
        return NOTHING, NOTHING, NOTHING
    return _seconds(one.flag.since_ms), _seconds(one.flag.t_ms), _seconds(one.late_ms)


def _silent(rule: str, rules: Collection[str]) -> str:
    if rule not in rules:
        return f"{rule}: the policy has no such rule"
    stream, signal = SIGNAL_OF[rule]
    return f"{rule}: no detector said {signal} in the {stream} stream"


def _missed(one: Told) -> str:
    expected = one.expected
    return f"{expected.rule} from {_seconds(expected.from_ms)} to {_seconds(expected.to_ms)} was missed"


def _seconds(t_ms: int) -> str:
    return f"{t_ms / 1000:.1f} s"
