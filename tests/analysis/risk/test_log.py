"""The log: strict records and the canonical order."""

from __future__ import annotations

import random
from typing import Any

import pytest

from analysis.risk.log import (
    Issue,
    Record,
    RecordError,
    canonical_json,
    canonicalise,
    parse_record,
    read_jsonl,
    root_hash,
)
from tests.analysis.risk.builders import browser, video


def test_a_sample_and_an_event_are_read() -> None:
    sample = parse_record({"stream": "video", "seq": 17, "t": 8500, "v": {"face_count": 1, "yaw": None}})
    event = parse_record({"stream": "browser", "seq": 4, "t": 9120, "ev": "tab_hidden", "n": 2})
    assert sample == Record("video", 17, 8500, values={"face_count": 1, "yaw": None})
    assert event == Record("browser", 4, 9120, event="tab_hidden", n=2)


def test_detail_is_kept_for_people() -> None:
    line = {"stream": "browser", "seq": 1, "t": 0, "ev": "paste", "n": 1, "detail": {"length": 12}}
    assert parse_record(line).to_json() == line


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stream": "radio"}, "stream must be one of"),
        ({"stream": None}, "stream must be one of"),
        ({"seq": None}, "seq is missing"),
        ({"seq": 1.0}, "seq must be a whole number"),
        ({"seq": True}, "seq must be a whole number"),
        ({"seq": -1}, "seq must lie between"),
        ({"seq": 2**32}, "seq must lie between"),
        ({"t": "5"}, "t must be a whole number"),
        ({"t": -1}, "t must lie between"),
        ({"t": 10**12}, "t must lie between"),
        ({"v": None}, "v must be an object"),
        ({"v": {"yaw": float("nan")}}, "v.yaw is not a finite number"),
        ({"v": {"yaw": float("inf")}}, "v.yaw is not a finite number"),
        ({"v": {"yaw": [1]}}, "v.yaw must be a number"),
        ({"v": {"yaw": 2**70}}, "too large"),
        ({"v": {"yaw": "x" * 501}}, "longer than 500"),
        ({"v": {"": 1}}, "must be a name"),
        ({"v": {str(place): 1 for place in range(65)}}, "more than 64"),
        ({"ev": "tab_hidden"}, "either v (signals) or ev"),
        ({"n": 1}, "n counts events"),
        ({"extra": 1}, "unknown key 'extra'"),
    ],
)
def test_a_wrong_record_is_refused_in_words(change: dict[str, Any], words: str) -> None:
    line = {"stream": "video", "seq": 1, "t": 0, "v": {"face_count": 1}, **change}
    with pytest.raises(RecordError) as refused:
        parse_record(line)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ev": ""}, "ev must be a name"),
        ({"ev": 5}, "ev must be a name"),
        ({"ev": "a\nb"}, "ev must be a name"),
        ({"n": 0}, "n must lie between 1"),
        ({"n": 1.5}, "n must be a whole number"),
        ({"detail": [1]}, "detail must be an object"),
    ],
)
def test_a_wrong_event_is_refused_in_words(change: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError) as refused:
        parse_record({"stream": "browser", "seq": 1, "t": 0, "ev": "copy", **change})
    assert words in str(refused.value)


def test_a_record_without_content_is_refused() -> None:
    with pytest.raises(RecordError, match="either v"):
        parse_record({"stream": "video", "seq": 1, "t": 0})
    with pytest.raises(RecordError, match="must be a JSON object"):
        parse_record([1])


def test_canonical_json_is_one_text_whatever_the_keys_order_and_the_form_of_whole_numbers() -> None:
    one = video(1, 5, b=3.0, a=-0.0)
    other = video(1, 5, a=0, b=3)
    assert (
        canonical_json(one) == canonical_json(other) == '{"seq":1,"stream":"video","t":5,"v":{"a":0,"b":3}}'
    )


def test_equal_times_are_ordered_by_stream_then_seq() -> None:
    records = [
        Record(stream, seq, 1000, event="x")
        for stream in ("objects", "video", "audio", "server", "browser")
        for seq in (2, 1)
    ]
    order = [(record.stream, record.seq) for record in canonicalise(records).records]
    assert order == [
        (stream, seq) for stream in ("browser", "server", "audio", "video", "objects") for seq in (1, 2)
    ]


def test_duplicates_count_once_and_are_no_issue() -> None:
    log = canonicalise([video(1, 0, a=1), video(1, 0, a=1), video(1, 0, a=1.0)])
    assert (len(log.records), log.issues) == (1, ())


def test_the_smaller_canonical_json_wins_a_conflict_whatever_the_order() -> None:
    rivals = [video(1, 0, a=3), video(1, 0, a=1), video(1, 0, a=2)]
    for seed in range(6):
        random.Random(seed).shuffle(rivals)
        log = canonicalise(rivals)
        assert log.records == (video(1, 0, a=1),)
        assert log.issues == (Issue("seq_conflict", "video", 1, 0, 1),)


def test_true_is_not_one() -> None:
    assert [issue.kind for issue in canonicalise([video(1, 0, a=True), video(1, 0, a=1)]).issues] == [
        "seq_conflict"
    ]


def test_a_clock_that_ran_back_is_clamped_and_named() -> None:
    log = canonicalise([video(1, 5000, a=1), video(2, 3000, a=2), video(3, 4000, a=3), video(4, 6000, a=4)])
    assert [record.t_ms for record in log.records] == [5000, 5000, 5000, 6000]
    assert log.issues == (
        Issue("clock_back", "video", 2, 3000, 2000),
        Issue("clock_back", "video", 3, 4000, 1000),
    )


def test_missing_numbers_are_named_but_not_those_before_the_first() -> None:
    log = canonicalise([video(7, 0, a=1), video(8, 1000, a=1), video(12, 2000, a=1)])
    assert log.issues == (Issue("seq_gap", "video", 9, 2000, 3),)
    assert log.issues[0].message == "3 records of video are missing from 9 on"


def test_the_root_hash_depends_on_content_only() -> None:
    records = [video(seq, seq * 100, a=seq) for seq in range(20)] + [browser(1, 500, "copy")]
    mixed = records[::-1] + records[3:9]
    assert root_hash(mixed) == root_hash(records) == root_hash(canonicalise(records).records)
    assert root_hash(records[:-1]) != root_hash(records)


def test_json_lines_are_read_and_a_wrong_line_is_named() -> None:
    text = (
        '{"stream":"video","seq":1,"t":0,"v":{"a":1}}\n\n{"stream":"browser","seq":1,"t":5,"ev":"copy"}\r\n'
    )
    assert read_jsonl(text) == (video(1, 0, a=1), browser(1, 5, "copy"))
    with pytest.raises(RecordError, match=r"line 2: not JSON"):
        read_jsonl('{"stream":"video","seq":1,"t":0,"v":{}}\n{oops')
    with pytest.raises(RecordError, match=r"line 1: NaN is not a number"):
        read_jsonl('{"stream":"video","seq":1,"t":0,"v":{"a":NaN}}')
    with pytest.raises(RecordError, match=r"line 1: "):
        read_jsonl("[" * 100_000)
