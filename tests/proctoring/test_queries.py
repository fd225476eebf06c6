"""What the wall and the session page read: whole values, and as many queries for three rows as for one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.models import Exam, Session
from exams.states import SessionState
from jobs.models import Job, JobState
from proctoring.curve import CurvePoint
from proctoring.models import Verdict
from proctoring.queries import FlagBrief, SeverityCounts, WallRow, curve, flag_rows, wall_rows
from proctoring.session_detail import (
    FrameCounts,
    LedgerScore,
    Recommendation,
    ReportStage,
    session_detail,
)
from proctoring.timeline import TimelineEntry, TimelineFilter, timeline
from tests.conftest import Person
from tests.factories import make_exam, make_running_session, make_session
from tests.proctoring.session_rows import make_event, make_evidence, make_flag, make_risk, make_score

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def started(session: Session) -> Session:
    Session.objects.filter(id=session.id).update(started_at=START, deadline_at=START + timedelta(hours=1))
    return Session.objects.select_related("exam", "candidate", "risk").get(id=session.id)


def watched(exam: Exam, name: str = "Dana Candidate") -> Session:
    session = make_running_session(exam, name=name)
    make_risk(session, score_milli=12_000, integrity_milli=88_000, covered_seconds=45, last_video_seq=59)
    make_evidence(make_flag(session))
    make_flag(session, severity="critical", rule="MULTIPLE_FACES", label="Several faces", t_ms=24_000)
    make_event(session, 1, 5_000, "paste", length=12)
    make_score(session, 1, 1_000, 0)
    return started(session)


def queries_of(work: object) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()  # type: ignore[operator]
    return len(captured)


def test_a_row_of_the_wall_is_whole(scope: None) -> None:
    exam = make_exam()
    session = make_running_session(exam)
    make_risk(
        session,
        score_milli=12_000,
        integrity_milli=88_000,
        covered_seconds=45,
        last_video_seq=59,
        online_channels=["a"],
        last_seen_at=START + timedelta(seconds=59),
    )
    closed = make_flag(session, is_open=False, end_ms=22_000)
    opened = make_flag(
        session, rule="MULTIPLE_FACES", label="Several faces", severity="critical", t_ms=24_000
    )
    make_flag(session, rule="WITHDRAWN", t_ms=30_000, in_final=False)
    brief = FlagBrief(opened.id, "MULTIPLE_FACES", "Several faces", "critical", 14_000, 24_000)
    started(session)

    assert wall_rows(exam, START + timedelta(seconds=60)) == [
        WallRow(
            id=session.id,
            candidate="Dana Candidate",
            external_id=session.candidate.external_id,
            state=SessionState.RUNNING,
            online=True,
            score_milli=12_000,
            integrity_milli=88_000,
            coverage=0.75,
            last_video_seq=59,
            watches_screen=False,
            newest_flag=brief,
            flag_counts=SeverityCounts(critical=1, warning=1, info=0),
            open_flags=(brief,),
            started_at=START,
            remaining_ms=59 * 60_000,
            unusual=None,
        )
    ]
    assert closed.id != opened.id


def test_where_no_camera_is_watched_there_is_no_coverage_to_speak_of(scope: None) -> None:
    exam = make_exam(watch_webcam=False)
    session = make_running_session(exam)
    make_risk(session)
    session = started(session)
    now = START + timedelta(seconds=60)
    assert wall_rows(exam, now)[0].coverage is None
    assert session_detail(session, now).coverage is None


def test_an_invited_candidate_is_on_the_wall_and_a_cancelled_one_is_not(scope: None) -> None:
    exam = make_exam()
    invited, cancelled = make_session(exam, name="Ann"), make_session(exam, name="Ben")
    Session.objects.filter(id=cancelled.id).update(state=SessionState.CANCELLED)

    (row,) = wall_rows(exam, START)

    assert (row.id, row.online, row.coverage, row.newest_flag, row.remaining_ms) == (
        invited.id,
        False,
        None,
        None,
        None,
    )


def test_other_exams_and_other_institutions_stay_away(scope: None, charlie: Person) -> None:
    exam = make_exam()
    watched(make_exam(title="Another"))

    assert wall_rows(exam, START) == []


def test_the_wall_asks_as_often_for_three_rows_as_for_one(scope: None) -> None:
    one, three = make_exam(), make_exam()
    watched(one)
    for name in ("Ann", "Ben", "Cleo"):
        watched(three, name)

    asked = [queries_of(lambda exam=exam: wall_rows(exam, START)) for exam in (one, three)]

    assert asked == [4, 4]
    assert len(wall_rows(three, START)) == 3


def test_flags_timeline_and_curve_ask_as_often_for_three_rows_as_for_one(scope: None, alice: Person) -> None:
    def asked(session: Session) -> list[int]:
        return [
            queries_of(lambda: flag_rows(session)),
            queries_of(lambda: timeline(session, TimelineFilter())),
            queries_of(lambda: curve(session, START)),
            queries_of(lambda: session_detail(session, START)),
        ]

    session = watched(make_exam())
    first = asked(session)
    for number in range(3):
        flag = make_flag(session, t_ms=40_000 + number)
        make_evidence(flag)
        Verdict.objects.create(flag=flag, decision="confirmed", reason="Seen.", decided_by=alice.user)
        make_event(session, 10 + number, 41_000, "copy")

    assert asked(session) == first == [1, 2, 2, 1]


def test_a_flag_row_carries_evidence_and_verdict(scope: None, alice: Person) -> None:
    flag = make_flag(make_running_session(), end_ms=22_000, is_open=False, confidence=87.5)
    make_evidence(flag)
    Verdict.objects.create(flag=flag, decision="dismissed", reason="A pen.", decided_by=alice.user)

    (row,) = flag_rows(flag.session)

    assert (row.has_evidence, row.evidence_t_ms, row.duration_ms, row.confidence) == (
        True,
        17_000,
        8_000,
        87.5,
    )
    assert row.verdict is not None
    assert (row.verdict.decision, row.verdict.label, row.verdict.reason, row.verdict.decided_by) == (
        "dismissed",
        "Dismissed",
        "A pen.",
        "alice@north.example",
    )


def test_the_curve_has_scores_markers_and_a_length(scope: None) -> None:
    session = make_running_session()
    make_score(session, 2, 2_000, 4_000)
    make_score(session, 1, 1_000, 0)
    flag = make_flag(session)
    session = started(session)

    drawn = curve(session, START + timedelta(seconds=30))

    assert drawn.points == (CurvePoint(1_000, 0), CurvePoint(2_000, 4_000))
    assert drawn.flags == (FlagBrief(flag.id, "NO_FACE", "No face seen", "warning", 14_000, 17_000),)
    assert drawn.duration_ms == 30_000


def test_the_timeline_mixes_flags_and_events_in_order(scope: None) -> None:
    session = make_running_session()
    make_event(session, 1, 20_000, "tab_visible", duration_ms=4200)
    flag = make_flag(session, end_ms=22_000)
    make_event(session, 2, 5_000, "paste", length=1)

    found = timeline(session, TimelineFilter())

    assert found.entries == (
        TimelineEntry(5_000, "event", "Pasted text", "1 character", "", None, None, False),
        TimelineEntry(
            14_000, "flag", "No face seen", "No face was seen for 3 s.", "warning", 8_000, flag.id, False
        ),
        TimelineEntry(20_000, "event", "Came back to the exam's tab", "", "", 4_200, None, False),
    )
    assert (found.found, found.total) == (3, 3)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (TimelineFilter(kind="flags"), ["No face seen"]),
        (TimelineFilter(kind="events"), ["Pasted text"]),
        (TimelineFilter(severity="warning"), ["No face seen"]),
        (TimelineFilter(severity="critical"), []),
        (TimelineFilter(words="PASTED"), ["Pasted text"]),
    ],
)
def test_the_timeline_is_filtered(scope: None, wanted: TimelineFilter, titles: list[str]) -> None:
    session = make_running_session()
    make_event(session, 1, 5_000, "paste", length=1)
    make_flag(session)

    found = timeline(session, wanted)

    assert [entry.title for entry in found.entries] == titles
    assert (found.found, found.total) == (len(titles), 2)


def test_a_long_timeline_shows_its_beginning_unless_asked_for_all(scope: None) -> None:
    session = make_running_session()
    for number in range(203):
        make_event(session, number, number * 1000, "copy")

    assert len(timeline(session, TimelineFilter()).entries) == 200
    assert len(timeline(session, TimelineFilter(whole=True)).entries) == 203


def test_the_detail_of_a_running_session(scope: None) -> None:
    session = watched(make_exam())

    detail = session_detail(session, START + timedelta(seconds=90))

    assert (detail.elapsed_ms, detail.remaining_ms, detail.coverage) == (90_000, 3_510_000, 0.5)
    assert detail.recommendation == Recommendation(
        "PASS_WITH_REVIEW",
        "Look at the flags",
        "Something stood out, or was not seen; a short look is enough.",
    )
    assert {ledger.label for ledger in detail.ledgers} == {"Temporary score", "Permanent score"}
    assert detail.frames == FrameCounts(0, 0, 0, 0)
    assert detail.flag_counts == SeverityCounts(critical=1, warning=1)
    assert (detail.report, detail.is_final) == (ReportStage.NOT_YET, False)


def test_the_final_result_has_the_last_word(scope: None) -> None:
    session = make_running_session()
    final = {"ledgers": {"permanent": 7.5}, "report": {"recommendation": "REVIEW_REQUIRED"}}
    make_risk(session, final=final, final_digest="d" * 64, changed_after_late_data=True)
    Session.objects.filter(id=session.id).update(state=SessionState.SUBMITTED, ended_at=START)

    detail = session_detail(started(session), START)

    assert detail.ledgers == (LedgerScore("Permanent score", 7_500),)
    assert detail.recommendation is not None
    assert detail.recommendation.code == "REVIEW_REQUIRED"
    assert (detail.is_final, detail.changed_after_late_data, detail.final_digest) == (True, True, "d" * 64)
    assert detail.report == ReportStage.READY


def test_an_unreadable_fold_recommends_nothing(scope: None) -> None:
    session = make_running_session()
    make_risk(session, fold={"version": 0})

    assert session_detail(started(session), START).recommendation is None


@pytest.mark.parametrize(
    ("kind", "state", "stage"),
    [
        ("proctoring.finalise", JobState.WAITING, ReportStage.BEING_MADE),
        ("proctoring.finalise", JobState.DONE, ReportStage.BEING_MADE),
        ("reports.render", JobState.RUNNING, ReportStage.BEING_MADE),
        ("reports.render", JobState.QUARANTINED, ReportStage.FAILED),
        ("reports.render", JobState.DONE, ReportStage.READY),
    ],
)
def test_the_report_is_as_far_as_its_job(scope: None, kind: str, state: JobState, stage: ReportStage) -> None:
    session = make_running_session()
    make_risk(session)
    Session.objects.filter(id=session.id).update(state=SessionState.SUBMITTED, ended_at=START)
    Job.objects.create(kind=kind, state=state, payload={"session": str(session.id)})

    assert session_detail(started(session), START).report == stage
