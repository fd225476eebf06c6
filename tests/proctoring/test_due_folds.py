"""What was committed together is folded later: the same flags, nothing lost, the oldest first."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import tenant_scope
from analysis.risk.log import PAUSED
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.models import EventTally, Flag, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services import due_folds
from proctoring.services.committing import Brought, commit_together
from proctoring.services.finalising import finalise
from proctoring.services.recording import EventsRecorded
from proctoring.services.remarks import remark_now
from proctoring.services.risk import lock_risk
from proctoring.tasks import fold_events
from tests.conftest import Person
from tests.proctoring.sittings import events, frame, frames, make_sitting
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

STORY = [
    BrowserEvent(1, 1000, "copy", 1),
    BrowserEvent(2, 5000, "tab_hidden", 1),
    BrowserEvent(3, 20_000, "tab_visible", 1, (("duration_ms", 15_000),)),
    BrowserEvent(4, 21_000, "paste", 2),
    BrowserEvent(5, 40_000, "window_blur", 1),
    BrowserEvent(6, 90_000, "window_focus", 1, (("duration_ms", 50_000),)),
]


def commit(session: Session, *batch: BrowserEvent) -> None:
    (answer,) = commit_together(batches=[Brought(Room(session.id, session.device_key), batch)])
    assert isinstance(answer, EventsRecorded)


def flags(session: Session) -> list[tuple[Any, ...]]:
    shown = Flag.objects.filter(session=session).order_by("t_ms", "rule")
    return list(shown.values_list("rule", "t_ms", "start_ms", "end_ms", "is_open", "delta_milli"))


def fold_of(session: Session) -> dict[str, Any]:
    risk = RiskState.objects.get(session=session)
    return {
        "fold": {name: value for name, value in risk.fold.items() if name != "session_id"},
        "last_t_ms": risk.last_t_ms,
        "scores": (risk.score_milli, risk.integrity_milli),
    }


def log_of(session: Session) -> list[tuple[Any, ...]]:
    rows = Observation.objects.filter(session=session).order_by("stream", "seq")
    return list(rows.values_list("stream", "seq", "t_ms", "is_released", "is_late", "score_milli"))


def test_folding_later_raises_what_folding_at_once_raises() -> None:
    at_once, later = make_sitting(), make_sitting()
    for one in STORY:
        events(at_once, one)
        commit(later, one)
    assert Flag.objects.filter(session=later).count() == 0
    assert fold_of(later)["last_t_ms"] == 0
    assert due_folds.fold_due() == 1
    assert [flag[:6] for flag in flags(later)] == [flag[:6] for flag in flags(at_once)]
    assert len(flags(later)) >= 3
    assert log_of(later) == log_of(at_once)
    told = [Event.objects.filter(data__session=str(one.id)).count() for one in (at_once, later)]
    assert told[0] == told[1] > 0
    assert fold_of(later)["scores"] == fold_of(at_once)["scores"]
    assert fold_of(later)["last_t_ms"] == fold_of(at_once)["last_t_ms"] == 90_000


@pytest.mark.parametrize("seed", range(4))
def test_however_folds_and_frames_fall_between_the_result_is_the_same(seed: int) -> None:
    """The same log gives the same digest, whoever folded it and when."""
    chance = random.Random(seed)
    session = make_sitting()
    for one in STORY:
        commit(session, one)
        if chance.random() < 0.5:
            due_folds.fold_due()
        if chance.random() < 0.5:
            frame(session, one.seq, one.t_ms + 100, faces=chance.choice([0, 1]))
    due_folds.fold_due()
    session = services.end_session(session=session, to=SessionState.SUBMITTED)
    live = {flag[:3] for flag in flags(session)}
    risk = finalise(session_id=session.id)
    assert {(flag.rule, flag.t_ms, flag.start_ms) for flag in Flag.objects.filter(in_final=True)} == live
    assert not Flag.objects.filter(in_final=False).exists()
    assert risk.final_digest == finalise(session_id=session.id).final_digest


def test_what_is_folded_is_due_no_more_and_waits_for_its_elders() -> None:
    session = make_sitting()
    commit(session, STORY[0])
    assert due_folds.fold_due() == 1
    tally = EventTally.objects.get(session=session)
    assert (tally.fold_due_at, tally.stored) == (None, 1)
    # The watermark has not passed it.
    assert log_of(session) == [("browser", 1, 1000, False, False, None)]
    assert RiskState.objects.get(session=session).last_t_ms == 1000
    assert due_folds.fold_due() == 0
    frame(session, 1, 3000)
    assert [flag[:2] for flag in flags(session)] == [("COPY", 1000)]


def test_a_frame_folds_what_was_committed_before_it() -> None:
    session = make_sitting()
    commit(session, *STORY[:3])
    frame(session, 1, 22_000)
    assert [flag[:2] for flag in flags(session)] == [("COPY", 1000), ("TAB_HIDDEN", 6500)]
    before = log_of(session)
    assert due_folds.fold_due() == 1
    assert log_of(session) == before


def test_the_end_folds_everything_and_leaves_nothing_due() -> None:
    session = make_sitting()
    commit(session, *STORY)
    session = services.end_session(session=session, to=SessionState.SUBMITTED)
    before = log_of(session)
    assert {row[3] for row in before} == {True}
    assert due_folds.fold_due() == 1
    assert log_of(session) == before
    assert EventTally.objects.get(session=session).fold_due_at is None


def test_what_is_committed_during_the_fold_is_due_again() -> None:
    session = make_sitting()
    commit(session, *STORY[:2])
    coming = [STORY[2]]

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "proctoring_observation"') and coming:
            commit(session, coming.pop())
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        assert due_folds.fold_due() == 1
    assert (coming, EventTally.objects.get(session=session).fold_due_at is None) == ([], False)
    assert due_folds.fold_due() == 1
    assert EventTally.objects.get(session=session).fold_due_at is None


def test_one_that_cannot_be_folded_stands_behind_the_others() -> None:
    broken, sound = make_sitting(), make_sitting()
    commit(broken, *STORY[:3])
    commit(sound, *STORY[:5])
    RiskState.objects.filter(session=broken).update(fold={"version": 0})
    assert due_folds.fold_due() == 1
    assert [flag[0] for flag in flags(sound)] == ["COPY", "TAB_HIDDEN", "PASTE"]
    assert flags(broken) == []
    due = EventTally.objects.get(session=broken).fold_due_at
    assert due is not None
    assert due > timezone.now() + timedelta(seconds=15)
    assert EventTally.objects.get(session=sound).fold_due_at is None


def test_each_institutions_sittings_are_folded_in_its_own_scope(charlie: Person) -> None:
    mine = make_sitting()
    commit(mine, *STORY[:3])
    with tenant_scope(charlie.institution.id):
        theirs = make_sitting()
        commit(theirs, *STORY[:3])
    assert due_folds.fold_due() == 2
    with tenant_scope(charlie.institution.id):
        assert Flag.objects.count() == Event.objects.filter(type="flag.raised").count() > 0
        assert set(Flag.objects.values_list("session_id", flat=True)) == {theirs.id}
    assert set(Flag.objects.values_list("session_id", flat=True)) == {mine.id}


def test_a_pause_lies_behind_events_that_nobody_has_folded() -> None:
    session = make_sitting(minutes_ago=1)
    commit(session, BrowserEvent(1, 62_000, "copy", 1))
    said = remark_now(lock_risk(session.id), session, PAUSED, {})
    assert said is not None
    assert said.t_ms == 62_001


def test_how_long_the_oldest_has_waited() -> None:
    now = timezone.now()
    assert due_folds.oldest_due_s(now) == 0.0
    session = make_sitting()
    commit(session, STORY[0])
    EventTally.objects.update(fold_due_at=now - timedelta(seconds=7))
    assert due_folds.oldest_due_s(now) == 7.0
    # What is not due yet is left alone.
    EventTally.objects.update(fold_due_at=now + timedelta(seconds=7))
    assert (due_folds.oldest_due_s(now), due_folds.fold_due(now=now)) == (0.0, 0)


def test_a_worker_folds_until_nothing_is_due() -> None:
    session = make_sitting()
    commit(session, *STORY[:5])
    assert fold_events() == 1
    assert [flag[0] for flag in flags(session)] == ["COPY", "TAB_HIDDEN", "PASTE"]


def test_a_long_backlog_is_folded_in_order() -> None:
    """Many that wait are no clock that stands still: what the watermark has not passed keeps waiting."""
    session = make_sitting()
    commit(session, *(BrowserEvent(seq, seq * 1000, "window_focus", 1) for seq in range(1, 401)))
    frames(session, [1], first_second=400)
    due_folds.fold_due()
    waiting = Observation.objects.filter(session=session, is_released=False).values_list("t_ms", flat=True)
    assert sorted(waiting) == [399_000, 400_000, 400_000]
    assert not Observation.objects.filter(session=session, is_late=True).exists()
