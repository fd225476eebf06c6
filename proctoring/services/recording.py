"""What comes from the candidate's browser becomes records of the log, each exactly once."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, DomainError, TooMany
from analysis.risk.log import Record
from exams.models import Session
from exams.states import BEFORE_START, UNDER_WAY, SessionState
from jobs import services as jobs
from proctoring import hints
from proctoring.models import EventTally, Flag, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services.covering import count_recorded
from proctoring.services.event_rules import (
    AHEAD_MS,
    LARGEST_JUMP,
    STREAM,
    as_claimed,
    most_events,
    record_of,
    server_clock_ms,
    wrong_clock,
)
from proctoring.services.folding import Folded, fold_ready, has_open_flag
from proctoring.services.ordering import latest_by_number, newest_seq
from proctoring.services.remarks import remark
from proctoring.services.risk import lock_risk
from proctoring.services.tallies import count_again, lock_tally

# So long a frame of the camera check may be on its way when the exam begins.
UNDER_WAY_MS = 10_000
# A day and more of camera check, at a frame a second.
LARGEST_FIRST = 100_000
# Frames are analysed one after another; an answer that timed out is overtaken by a few.
LARGEST_LAG = 60
LATE_EVENTS_FOR = timedelta(minutes=10)

SampledStream = Literal["video", "audio", "objects"]


@dataclass(frozen=True, slots=True)
class EventsRecorded:
    """`contiguous_seq`: every event up to it is committed. `new` of the batch were not known before."""

    contiguous_seq: int
    new: int


@dataclass(frozen=True, slots=True)
class SampleRecorded:
    observation: Observation
    new: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A sitting under way whose risk row is locked; `was_flagged`: a flag of it is open."""

    risk: RiskState
    session: Session
    was_flagged: bool


@transaction.atomic
def record_events(
    *, room: Room, events: Iterable[BrowserEvent], now: datetime | None = None
) -> EventsRecorded:
    """Commit a batch of browser events; a known one is absorbed, other content under its number noted."""
    now = now or timezone.now()
    risk = lock_risk(room.session_id)
    session = room.session()
    _check_takes_events(session, now)
    tally = count_again(lock_tally(session), session)
    batch = sorted(events, key=lambda event: event.seq)
    newest = tally.newest_seq
    _check_jump(newest, batch[-1].seq)
    server_ms = server_clock_ms(session, now)
    known = _known_events(session, batch)
    _check_allowance(tally, {event.seq for event in batch} - known.keys(), server_ms)
    new = sum(
        _record_event(
            risk, session, event, latest_by_number(session, STREAM, event.seq, newest, server_ms), known
        )
        for event in batch
    )
    if new:
        count_again(tally, session)
    if new and session.has_ended:
        count_late(session)
    elif new:
        fold_ready(risk=risk, session=session)
    risk.last_seen_at = now
    risk.save(update_fields=["last_t_ms", "last_seen_at"])
    return EventsRecorded(tally.contiguous_seq, new)


@transaction.atomic
def record_frame(
    *, session_id: uuid.UUID, seq: int, t_ms: int, signals: Mapping[str, Any], now: datetime | None = None
) -> SampleRecorded:
    """Commit one frame's signals and tell the console of them."""
    return record_locked_frame(
        sitting=lock_running(session_id), seq=seq, t_ms=t_ms, signals=signals, now=now or timezone.now()
    )


def record_locked_frame(
    *, sitting: Running, seq: int, t_ms: int, signals: Mapping[str, Any], now: datetime
) -> SampleRecorded:
    """`record_frame` in the transaction of whoever has locked the sitting."""
    risk, session = sitting.risk, sitting.session
    recorded, folded = _record(risk, session, Record("video", seq, t_ms, values=dict(signals)), now)
    if recorded.new:
        flagged = has_open_flag(session) if folded.opened or folded.closed else sitting.was_flagged
        at_ms = recorded.observation.t_ms
        transaction.on_commit(
            lambda: hints.frame_analyzed(
                session=session, risk=risk, seq=seq, t_ms=at_ms, signals=signals, flagged=flagged
            ),
            robust=True,
        )
    return recorded


@transaction.atomic
def record_sample(
    *,
    session_id: uuid.UUID,
    stream: SampledStream,
    seq: int,
    t_ms: int,
    signals: Mapping[str, Any],
    now: datetime | None = None,
) -> SampleRecorded:
    """Commit one record of a sampled stream, once; those of a session that is not running are refused."""
    sitting, record = lock_running(session_id), Record(stream, seq, t_ms, values=dict(signals))
    recorded, _folded = _record(sitting.risk, sitting.session, record, now or timezone.now())
    return recorded


def lock_running(session_id: uuid.UUID, *with_parts: str) -> Running:
    """The risk's row, locked, and the session with those parts of it; of the exam only flags need to know."""
    risk = lock_risk(session_id)
    # Not in the statement that locks: whoever held the lock may have ended the session.
    open_flags = Flag.objects.filter(session=OuterRef("pk"), is_open=True)
    session = (
        Session.objects.select_related(*(with_parts or (None,)))
        .annotate(was_flagged=Exists(open_flags))
        .get(id=session_id)
    )
    if session.state != SessionState.RUNNING:
        raise Conflict("not_running", _("What is seen and heard is recorded only while the exam is running."))
    return Running(risk, session, was_flagged=session.was_flagged)


def frame_time_ms(session: Session, *, t_ms: int, now: datetime) -> int:
    """The time under which a frame will be stored: the sender's, or the server's where that is wrong."""
    server_ms = server_clock_ms(session, now)
    return t_ms if wrong_clock("video", t_ms, server_ms) is None else server_ms


def count_frame(*, session_id: uuid.UUID, refused: bool = False, dropped: bool = False) -> None:
    """A frame that was not recorded, by reason: refused, dropped under load, or not answered."""
    name = "frames_refused" if refused else "frames_dropped" if dropped else "frames_unavailable"
    RiskState.objects.filter(session_id=session_id).update(**{name: F(name) + 1})


def next_browser_seq(session: Session) -> int:
    return newest_seq(session, STREAM) + 1


def _check_takes_events(session: Session, now: datetime) -> None:
    if session.state in BEFORE_START:
        raise Conflict("not_started", _("Browser events count from the start of the exam."))
    if session.state in UNDER_WAY:
        return
    if session.ended_at is None or now - session.ended_at > LATE_EVENTS_FOR:
        raise Conflict("session_ended", _("This exam sitting is over."))


def _check_jump(newest: int, seq: int) -> None:
    if seq > newest + LARGEST_JUMP:
        raise DomainError(
            "gap_too_large",
            _("Number %(seq)s lies too far ahead of what is known.") % {"seq": seq},
            field="seq",
        )


def _check_frame_number(newest: int, seq: int) -> None:
    """The frames of the camera check were numbered too, and none of them was stored."""
    _check_jump(newest or LARGEST_FIRST - LARGEST_JUMP, seq)
    if seq < newest - LARGEST_LAG:
        raise DomainError(
            "too_old", _("Number %(seq)s lies too far behind what is known.") % {"seq": seq}, field="seq"
        )


def _check_since_start(t_ms: int, server_ms: int) -> None:
    """Before the start a page counts from its own opening; such a frame would look like a wrong clock."""
    if t_ms > server_ms + AHEAD_MS and server_ms < UNDER_WAY_MS:
        raise Conflict("before_start", _("This frame was taken before the exam began."))


def _known_events(session: Session, batch: list[BrowserEvent]) -> dict[int, dict[str, Any]]:
    stored = Observation.objects.filter(
        session=session, stream=STREAM, seq__in=[event.seq for event in batch]
    )
    return dict(stored.values_list("seq", "record"))


def _check_allowance(tally: EventTally, new: set[int], server_ms: int) -> None:
    if new and tally.stored + len(new) > most_events(server_ms):
        raise TooMany("too_many_events", _("More events have come from this browser than an exam can have."))


def _record_event(
    risk: RiskState,
    session: Session,
    event: BrowserEvent,
    latest_ms: int,
    known: dict[int, dict[str, Any]],
) -> bool:
    record = record_of(event)
    if event.seq not in known:
        known[event.seq] = _store(risk, session, record, latest_ms).record
        return True
    if as_claimed(known[event.seq]) != record.to_json():
        # At the time of the one that stands: what this one claims was never held against the clock.
        _note(session, "seq_conflict", replace(record, t_ms=known[event.seq]["t"]))
    return False


def _store(risk: RiskState, session: Session, record: Record, latest_ms: int) -> Observation:
    """`latest_ms`: the server's clock, or what stands behind this number already."""
    stored = record
    wrong = wrong_clock(record.stream, record.t_ms, latest_ms)
    if wrong is not None:
        # The server's clock counts, and what the browser claims is kept beside it.
        detail = {**(record.detail or {}), "claimed_t_ms": record.t_ms}
        stored = replace(record, t_ms=latest_ms, detail=detail)
        _note(session, wrong, stored)
    risk.last_t_ms = max(risk.last_t_ms, stored.t_ms)
    return Observation.objects.create(
        session=session,
        stream=stored.stream,
        seq=stored.seq,
        t_ms=stored.t_ms,
        record=stored.to_json(),
        is_late=session.has_ended,
    )


def _note(session: Session, event: str, about: Record) -> None:
    detail: dict[str, str | int] = {"stream": about.stream, "seq": about.seq}
    remark(session=session, event=event, t_ms=about.t_ms, detail=detail)


def _record(
    risk: RiskState, session: Session, record: Record, now: datetime
) -> tuple[SampleRecorded, Folded]:
    is_video, server_ms = record.stream == "video", server_clock_ms(session, now)
    known = _known_sample(risk, session, record)
    if known is not None:
        return SampleRecorded(known, new=False), Folded()
    newest = risk.last_video_seq if is_video else newest_seq(session, record.stream)
    if is_video:
        _check_frame_number(newest, record.seq)
        _check_since_start(record.t_ms, server_ms)
    else:
        _check_jump(newest or record.seq, record.seq)
    latest_ms = latest_by_number(session, record.stream, record.seq, newest, server_ms)
    observation = _store(risk, session, record, latest_ms)
    changed = count_recorded(risk, session, observation, now) if is_video else []
    folded = fold_ready(risk=risk, session=session, changed=["last_t_ms", *changed])
    return SampleRecorded(observation, new=True), folded


def _known_sample(risk: RiskState, session: Session, record: Record) -> Observation | None:
    # Of the frames the row itself knows the newest.
    if record.stream == "video" and record.seq > risk.last_video_seq:
        return None
    return Observation.objects.filter(session=session, stream=record.stream, seq=record.seq).first()


def count_late(session: Session) -> None:
    """Facts that arrive after the end count too: the result is made again with them."""
    jobs.enqueue("proctoring.finalise", session=str(session.id))
