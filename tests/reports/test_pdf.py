"""The PDF: what it says, that it says the same twice, and that no name can break or bend it."""

import io
import time
from dataclasses import replace

import pytest
from pypdf import PdfReader

from proctoring.curve import CurvePoint
from proctoring.intervals import Interval
from reports.content import Digests, Summary
from reports.pdf import fonts, report_pdf
from reports.pdf.timeline import MOST_PICTURES
from tests.reports.contents import content, entry, ruling

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def pictures(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_it_says_what_the_content_says() -> None:
    text = words(report_pdf(content(timeline=(entry(ruling=ruling()),))))
    for expected in (
        "Dana Candidate (c1)",
        "Logic I",
        "21 November 2026, 10:00:00 (Europe/Vienna)",
        "submitted",
        "91.2 of 100",
        "97 %",
        "Recommendation: Look at the flags (PASS_WITH_REVIEW)",
        "A person decides; software never fails anybody.",
        "The candidate agreed to notice 2026-11",
        "No face seen",
        "00:00:10",
        "at 10:00:10",
        "NO_FACE · lasted 7.5 s · +5 points, 5 in all · confidence 93.5 · faces 0",
        "Dismissed by Bob on 21 November 2026: Picked up a pen.",
        "No face was in the picture for more than 3 seconds.",
        "How to read this report",
        "Unknown is unknown.",
        "a" * 64,
        "b" * 64,
        "c" * 64,
        "Page 1 of\n3",
    ):
        assert expected in text, expected


def test_intervals_with_points_are_listed() -> None:
    intervals = (Interval(0, 12_500, 10_500, True), Interval(12_500, 42_500, 0, False))
    text = words(report_pdf(content(intervals=intervals)))
    assert "Points by 30-second intervals" in text
    assert "1 of 2 intervals reached 10 points; 1 hold none and are left out." in text
    assert "00:00:00\n00:00:12\n10.5\nflagged" in text
    assert "30-second intervals" not in words(report_pdf(content()))


def test_the_same_content_gives_the_same_bytes() -> None:
    assert report_pdf(content()) == report_pdf(content())


def test_bookmarks_and_metadata() -> None:
    reader = PdfReader(io.BytesIO(report_pdf(content())))
    assert [item.title for item in reader.outline] == [
        "Summary",
        "Risk over time",
        "Timeline",
        "The rules that raised these flags",
        "How to read this report",
        "Digests",
    ]
    assert reader.get_destination_page_number(reader.outline[-1]) == len(reader.pages) - 1
    assert reader.metadata is not None
    assert reader.metadata.title == "Proctoring report: Logic I, Dana Candidate"
    assert reader.metadata.author == "North"


@pytest.mark.parametrize(
    "name",
    [
        "Bob <b> & co",
        '<img src="/etc/passwd">',
        '<a href="javascript:alert(1)">x</a>',
        "&amp;&#0;",
        "{{ 7*7 }} %(x)s",
    ],
)
def test_a_hostile_name_is_shown_as_it_is_written(name: str) -> None:
    pdf = report_pdf(content(candidate_name=name, exam_title=name, institution=name))
    assert f"{name} (c1)" in words(pdf)
    assert b"/URI" not in pdf
    assert pictures(pdf) == 1


def test_an_endless_name_is_cut_quickly() -> None:
    begun = time.perf_counter()
    text = words(report_pdf(content(candidate_name="A" * 100_000)))
    assert time.perf_counter() - begun < 2
    assert "…" in text


@pytest.mark.parametrize("reason", ["张" * 2000, "W" * 2000, "\U0001f600" * 2000, "why\n" * 500])
def test_a_reason_as_long_as_a_page_goes_on_overleaf(reason: str) -> None:
    long = entry(1, ruling=replace(ruling(), reason=reason))
    text = words(report_pdf(content(timeline=(entry(0), long, entry(2, ruling=ruling())))))
    assert "".join(text.split()).count("[U+5F20]") >= reason.count("张") * 0.95
    assert text.count("Dismissed by Bob") == 2
    assert text.count("NO_FACE ·") == 3


def test_direction_and_control_characters_are_left_out() -> None:
    text = words(report_pdf(content(candidate_name="Da\u202ena\x00\x1b Can\ndidate")))
    assert "Dana Can didate (c1)" in text


@pytest.mark.parametrize("name", ["Żółć Ngữ", "Жук Ωμέγα", "ქართული"])
def test_names_in_many_scripts_are_written(name: str) -> None:
    assert fonts.is_printable(name)
    assert name in words(report_pdf(content(candidate_name=name)))


@pytest.mark.parametrize("name", ["שלום עולם", "شكرا جزيلا", "हिन्दी", "สวัสดี"])
def test_scripts_that_join_or_run_leftwards_make_a_report(name: str) -> None:
    assert fonts.is_printable(name)
    assert report_pdf(content(candidate_name=name)).startswith(b"%PDF-")


def test_letters_that_the_typeface_lacks_are_named_and_explained() -> None:
    text = words(report_pdf(content(candidate_name="张 Wei")))
    assert "[U+5F20] Wei (c1)" in text
    assert "the JSON report holds the text as it was given" in text.replace("\n", " ")


def test_a_session_without_anything() -> None:
    summary = Summary(
        total_events=0,
        critical_flags=0,
        warning_flags=0,
        info_flags=0,
        integrity_score=100,
        coverage=None,
        recommendation="",
        duration_ms=0,
    )
    bare = content(
        summary=summary,
        timeline=(),
        curve=(),
        started_at=None,
        ended_at=None,
        notes=(),
        digests=Digests(log_root="", result="", engine=""),
    )
    text = words(report_pdf(bare))
    assert "No rule raised a flag in this session." in text
    assert "Recommendation: none" in text
    assert "unknown" in text


def test_a_picture_that_is_none_costs_only_itself() -> None:
    snapshot = entry().snapshot
    assert snapshot is not None
    broken = type(snapshot)(url=snapshot.url, sha256=snapshot.sha256, jpeg=b"\xff\xd8 not a picture")
    gone = type(snapshot)(url=snapshot.url, sha256=snapshot.sha256, jpeg=None)
    pdf = report_pdf(content(timeline=(entry(1, snapshot=broken), entry(2, snapshot=gone))))
    assert pictures(pdf) == 0
    assert "The picture has been deleted." in words(pdf)


def test_a_thousand_events_take_less_than_two_seconds() -> None:
    timeline = tuple(entry(number, snapshot=None) for number in range(1000))
    curve = tuple(CurvePoint(t * 1000, t % 97 * 1000) for t in range(10_800))
    begun = time.perf_counter()
    pdf = report_pdf(content(timeline=timeline, curve=curve))
    assert time.perf_counter() - begun < 2
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 20


def test_the_worst_flags_get_the_pictures_when_there_are_too_many() -> None:
    mild = [entry(number, severity="info") for number in range(MOST_PICTURES)]
    pdf = report_pdf(content(timeline=(*mild, entry(9999, severity="critical"))))
    assert "The picture is kept with the session." in words(pdf)
