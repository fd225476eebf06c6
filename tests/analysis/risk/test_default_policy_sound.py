"""Speech in the default policy: a word is nothing, talk is one flag, lost sound costs no points."""

from __future__ import annotations

import pytest

from analysis.risk.library import load_policy
from analysis.risk.log import Record
from tests.analysis.risk.builders import episodes_of, run

POLICY = load_policy("default")


def window(second: int, speech: bool | None, share: float | None = None) -> Record:
    told = {True: 0.8, False: 0.0, None: None}[speech] if share is None else share
    values = {"level_db": -30.0, "speech": speech, "speech_share": told}
    return Record("audio", second + 1, second * 1000, values=values)


def talk(seconds: range, *, until: int = 60) -> list[Record]:
    return [window(second, second in seconds) for second in range(until)]


@pytest.mark.parametrize("seconds", [range(5, 6), range(5, 7)])
def test_a_word_is_no_flag(seconds: range) -> None:
    assert run(talk(seconds), POLICY).flags == ()


def test_some_seconds_of_talk_are_one_flag() -> None:
    result = run(talk(range(5, 11)), POLICY)
    assert [(flag.rule, flag.severity, flag.delta) for flag in result.flags] == [("SPEECH", "info", 2)]
    assert episodes_of(result) == [("SPEECH", 5000, 11_000)]


def test_a_pause_for_breath_does_not_split_it() -> None:
    records = [window(second, second in range(5, 30) and second not in (9, 15, 16)) for second in range(60)]
    result = run(records, POLICY)
    assert [(flag.rule, flag.t_ms) for flag in result.flags] == [("SPEECH", 7000), ("SPEECH_LONG", 17_000)]
    assert episodes_of(result) == [("SPEECH", 5000, 30_000), ("SPEECH_LONG", 5000, 30_000)]


def test_speech_begins_with_its_first_second() -> None:
    first = [window(4, False, 0.5), window(5, False, 0.9)]
    result = run([*first, *(window(second, second < 12) for second in range(6, 30))], POLICY)
    assert episodes_of(result) == [("SPEECH", 4000, 12_000)]


def test_unknown_is_not_speech() -> None:
    assert run([window(second, None) for second in range(60)], POLICY).flags == ()


def test_a_quiet_room_that_tells_so_every_few_seconds_is_no_gap() -> None:
    assert run([window(second, False) for second in range(0, 60, 5)], POLICY).flags == ()


def test_a_lost_microphone_is_a_gap_that_costs_nothing() -> None:
    result = run([window(0, False), window(5, False), window(40, False)], POLICY)
    told = [(flag.rule, flag.severity, flag.since_ms, flag.delta) for flag in result.flags]
    assert told == [("SOUND_GAP", "info", 5000, 0)]


def test_a_microphone_that_was_switched_off_is_told_and_costs_nothing() -> None:
    lost, back = (
        Record("browser", seq, 6000 * seq, event=f"microphone_{what}")
        for seq, what in ((1, "lost"), (2, "back"))
    )
    result = run([window(0, False), window(5, False), lost, back, window(13, False)], POLICY)
    told = [(flag.rule, flag.severity, flag.t_ms, flag.delta) for flag in result.flags]
    assert told == [("MICROPHONE_LOST", "info", 6000, 0)]


def voices(*told: bool | None) -> list[Record]:
    return [
        Record("audio", number + 1, number * 1000, values={"second_voice": one, "voice_distance": 0.4})
        for number, one in enumerate(told)
    ]


@pytest.mark.parametrize("told", [(True,), (True, False, False, False, True), (None,) * 5])
def test_one_second_of_another_voice_is_no_flag(told: tuple[bool | None, ...]) -> None:
    assert run(voices(False, *told, *(False,) * 5), POLICY).flags == ()


def test_a_second_voice_is_one_flag_that_a_person_judges() -> None:
    result = run(voices(False, True, None, True, True, *(False,) * 8), POLICY)
    assert [(flag.rule, flag.severity, flag.since_ms, flag.t_ms, flag.delta) for flag in result.flags] == [
        ("SECOND_VOICE", "warning", 1000, 3000, 6)
    ]


def lips(moving: bool | None, *, every_ms: int = 200, faces: int = 1) -> list[Record]:
    told = {"face_count": faces, "quality": 0.9, "lips_moving": moving}
    return [
        Record("video", number + 1, number * every_ms, values=told) for number in range(20_000 // every_ms)
    ]


@pytest.mark.parametrize(("moving", "flags"), [(False, ["OFF_CAMERA_VOICE"]), (True, []), (None, [])])
def test_a_voice_while_the_lips_keep_still_is_shown_and_costs_nothing(
    moving: bool | None, flags: list[str]
) -> None:
    records = sorted([*lips(moving), *talk(range(5, 9), until=20)], key=lambda record: record.t_ms)
    found = [flag for flag in run(records, POLICY).flags if flag.rule != "SPEECH"]
    assert [flag.rule for flag in found] == flags
    assert [(flag.severity, flag.delta) for flag in found] == [("info", 0)] * len(flags)
