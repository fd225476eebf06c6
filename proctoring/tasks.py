"""Celery's part of a frame's way: take it, have it analysed, answer whatever happens."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import api_keys, throttle
from accounts.batches import Sent, TenantBatch
from accounts.errors import DomainError, Forbidden, TooMany
from accounts.models import Scope
from accounts.tasks import TenantTask
from accounts.tenancy import current_institution_id, tenant_scope
from exams.models import Session
from jobs.pools import time_is_up
from proctoring import (
    analysing,
    cards,
    figures,
    frame_measuring,
    hearing_batches,
    inspecting,
    inspecting_batches,
    live,
    parking,
    practising,
)
from proctoring.analysing import Analysed
from proctoring.frame_turns import FrameOrder, configured_turns
from proctoring.hearing_batches import Order as SoundOrder
from proctoring.inflight import ANSWER_WITHIN_S
from proctoring.inspecting_batches import Order
from proctoring.looking import look_at_point, park_look
from proctoring.protocol import FrameMessage, LateFrameMessage, LookMessage, Outcome, SoundMessage
from proctoring.rooms import (
    Room,
    check_takes_frames,
    check_takes_looks,
    check_takes_sound,
    check_took_frames,
)
from proctoring.services import due_folds, evidence, recording, screens
from proctoring.services.errors import OtherDevice
from proctoring.services.gaze_points import GazeOutcome, fit_looks

FOLD_FOR_S = 20
FOLD_BEHIND_S = 8

logger = logging.getLogger(__name__)

# What one key may send, however many sockets it opens.
PROGRAM_FRAMES, PROGRAM_WINDOW_S = 200, 10


def submit_frame(*, room: Room, frame: FrameMessage, channel: str) -> DomainError | None:
    """Admit a frame, park its bytes and order its analysis; the refusal of a session that takes none."""
    refusal = _refusal_of(check_takes_frames, room)
    if refusal is not None:
        return refusal
    parking.park(room.session_id, frame.seq, frame.payload)
    institution_id = str(current_institution_id())
    _order_analysis(FrameOrder(institution_id, str(room.session_id), frame.seq, frame.t_ms, channel))
    return None


def _order_analysis(order: FrameOrder) -> None:
    """A frame that waits too long has been given up and counted by its socket already."""
    if configured_turns().put(order, within_s=ANSWER_WITHIN_S):
        analyse_next.apply_async(expires=ANSWER_WITHIN_S)
    else:
        arguments = (order.session_id, order.seq, order.t_ms, order.channel)
        analyse_frame.apply_async(arguments, expires=ANSWER_WITHIN_S)


def submit_late_frame(*, room: Room, frame: LateFrameMessage, channel: str) -> None:
    """Order the analysis of a picture that comes late; one that may not be kept is refused at once."""
    session, now = room.session(), timezone.now()
    try:
        check_took_frames(session, t_ms=frame.t_ms, now=now)
    except DomainError:
        live.late_frame_taken(channel=channel, seq=frame.seq, outcome=Outcome.REFUSED)
        return
    parking.park(room.session_id, frame.seq, frame.payload)
    arguments = (str(room.session_id), frame.seq, frame.t_ms, channel)
    analyse_late_frame.apply_async(arguments, expires=ANSWER_WITHIN_S)


def submit_sound(*, room: Room, sound: SoundMessage, channel: str) -> DomainError | None:
    """Admit a window of sound and order its hearing; the refusal of a session that is not listened to."""
    refusal = _refusal_of(check_takes_sound, room)
    if refusal is not None:
        return refusal
    parking.park_sound(room.session_id, sound.seq, sound.payload)
    analyse_audio.apply_async((str(room.session_id), sound.seq, sound.t_ms, channel), expires=ANSWER_WITHIN_S)
    return None


def submit_look(*, room: Room, look: LookMessage, channel: str) -> DomainError | None:
    """Admit a picture of somebody who looks at a point; the refusal of a session that takes none."""
    refusal = _refusal_of(check_takes_looks, room)
    if refusal is not None:
        return refusal
    park_look(room.session_id, look.seq, look.jpeg)
    arguments = (str(room.session_id), look.seq, look.point, channel)
    analyse_look.apply_async(arguments, expires=ANSWER_WITHIN_S)
    return None


def submit_fit(*, room: Room, channel: str) -> DomainError | None:
    """Order the fit of all looks; the refusal of a session that takes none."""
    refusal = _refusal_of(check_takes_looks, room)
    if refusal is None:
        fit_gaze.apply_async((str(room.session_id), channel), expires=ANSWER_WITHIN_S)
    return refusal


def _refusal_of(check: Callable[[Session], None], room: Room) -> DomainError | None:
    """Why the session takes nothing now; a device that has lost its seat is no refusal but the end."""
    try:
        check(room.session())
    except OtherDevice:
        raise
    except DomainError as refusal:
        return refusal
    return None


def submit_measuring(
    *, key_id: uuid.UUID, connection: str, frame: FrameMessage, before: dict[str, Any] | None, channel: str
) -> DomainError | None:
    """Admit a program's frame and order its measuring; the refusal of a key that may not send it."""
    if not api_keys.usable(key_id, Scope.ANALYSE):
        return Forbidden("key_refused", _("This API key has expired or was revoked."))
    if not throttle.take("analyse", str(key_id), limit=PROGRAM_FRAMES, window_s=PROGRAM_WINDOW_S):
        return TooMany(
            "too_many_frames",
            _("A key may send %(program_frames)s frames in %(program_window_s)s seconds.")
            % {"program_frames": PROGRAM_FRAMES, "program_window_s": PROGRAM_WINDOW_S},
        )
    parking.park_sent(connection, frame.seq, frame.payload)
    measure_frame.apply_async((connection, frame.seq, frame.t_ms, before, channel), expires=ANSWER_WITHIN_S)
    return None


def submit_practice(*, connection: str, frame: FrameMessage, channel: str) -> None:
    parking.park_sent(connection, frame.seq, frame.payload)
    practise_frame.apply_async((connection, frame.seq, channel), expires=ANSWER_WITHIN_S)


@shared_task(base=TenantTask)
def practise_frame(connection: str, seq: int, channel: str) -> None:
    guidance = None
    try:
        observer = analysing.configured_observer()
        guidance = practising.practise(connection=connection, seq=seq, observer=observer).to_json()
    except Exception:
        logger.exception("practice picture %s could not be looked at", seq)
    finally:
        live.practice_seen(channel=channel, seq=seq, guidance=guidance)


@shared_task(base=TenantTask)
def measure_frame(connection: str, seq: int, t_ms: int, before: dict[str, Any] | None, channel: str) -> None:
    answer = state = None
    try:
        measured = frame_measuring.measure(connection=connection, seq=seq, t_ms=t_ms, before=before)
        answer, state = measured.message, measured.state
    except Exception:
        logger.exception("frame %s of a program could not be measured", seq)
    finally:
        live.frame_measured(channel=channel, seq=seq, answer=answer, state=state)


@shared_task(
    base=TenantBatch,
    flush_every=settings.AUDIO_BATCH_SIZE,
    flush_interval=settings.AUDIO_BATCH_WAIT_MS / 1000,
)
def analyse_audio(batch: list[Sent]) -> None:
    """Sent for one window at a time; the worker collects them."""
    try:
        hearing_batches.hear([_sound_order_of(sent, *sent.args) for sent in batch])
    except Exception:
        # Sound that could not be judged is a gap, never a suspicion.
        logger.exception("%s windows of sound could not be heard", len(batch))
    finally:
        for sent in batch:
            _session_id, seq, _t_ms, channel = sent.args
            live.sound_heard(channel=channel, seq=seq)


def _sound_order_of(sent: Sent, session_id: str, seq: int, t_ms: int, channel: str) -> SoundOrder:
    return SoundOrder(
        institution_id=sent.institution_id, session_id=uuid.UUID(session_id), seq=seq, t_ms=t_ms
    )


@shared_task(base=TenantTask)
def analyse_look(session_id: str, seq: int, point: int, channel: str) -> None:
    found = False
    try:
        observer = analysing.configured_observer()
        found = look_at_point(session_id=uuid.UUID(session_id), seq=seq, point=point, observer=observer)
    except Exception:
        logger.exception("look %s of session %s could not be taken", seq, session_id)
    finally:
        live.look_taken(channel=channel, seq=seq, found=found)


@shared_task(base=TenantTask)
def fit_gaze(session_id: str, channel: str) -> None:
    outcome = GazeOutcome.of("failed")
    try:
        outcome = fit_looks(session_id=uuid.UUID(session_id))
    except DomainError as refusal:
        outcome = GazeOutcome(False, refusal.code, refusal.message)
    except Exception:
        logger.exception("the eyes of session %s could not be fitted", session_id)
    finally:
        live.gaze_fitted(channel=channel, outcome=outcome.to_json())


@shared_task(base=TenantTask, bind=True)
def analyse_next(self: TenantTask) -> None:
    """Somebody's frame waits; it is looked at in the scope of whose turn it is, whoever sent this message."""
    order = configured_turns().take(str(self.request.id))
    if order is None:
        return
    with tenant_scope(order.institution_id):
        _analyse(order.session_id, order.seq, order.t_ms, order.channel)


@shared_task(base=TenantTask)
def analyse_frame(session_id: str, seq: int, t_ms: int, channel: str) -> None:
    _analyse(session_id, seq, t_ms, channel)


def _analyse(session_id: str, seq: int, t_ms: int, channel: str) -> None:
    analysed = Analysed(Outcome.UNAVAILABLE)
    try:
        with figures.ANALYSIS_SECONDS.time():
            analysed = analysing.analyse(
                session_id=uuid.UUID(session_id),
                seq=seq,
                t_ms=t_ms,
                observer=analysing.configured_observer(),
            )
    except Exception:
        # A frame that could not be judged is a gap in coverage, never a suspicion.
        logger.exception("frame %s of session %s could not be analysed", seq, session_id)
        recording.count_frame(session_id=uuid.UUID(session_id))
    finally:
        figures.FRAMES_ANALYSED.labels(analysed.outcome.value).inc()
        guidance = analysed.guidance.to_json() if analysed.guidance else None
        live.acknowledge(channel=channel, seq=seq, outcome=analysed.outcome, guidance=guidance)
    # Only now: where tasks run in the caller's thread, the answer does not wait for the slow look.
    if analysed.inspect_at_ms is not None:
        checking = analysed.outcome == Outcome.CHECKED
        _order_inspection(uuid.UUID(session_id), seq, analysed.inspect_at_ms, checking)


@shared_task(base=TenantTask)
def analyse_late_frame(session_id: str, seq: int, t_ms: int, channel: str) -> None:
    outcome = Outcome.UNAVAILABLE
    try:
        observer = analysing.configured_observer()
        outcome = analysing.analyse_late(
            session_id=uuid.UUID(session_id), seq=seq, t_ms=t_ms, observer=observer
        )
    except Exception:
        # The room keeps it and sends it again.
        logger.exception("late frame %s of session %s could not be analysed", seq, session_id)
    finally:
        live.late_frame_taken(channel=channel, seq=seq, outcome=outcome)


def _order_inspection(session_id: uuid.UUID, seq: int, t_ms: int, checking: bool) -> None:
    arguments = (str(session_id), seq, t_ms, parking.key_of(session_id, seq), checking)
    try:
        inspect_frame.apply_async(arguments, expires=inspecting.IN_FLIGHT_S)
    except Exception:
        # Nobody looks closely at this frame; the next one is due again once the claim has run out.
        logger.exception("frame %s of session %s could not be sent to inspection", seq, session_id)


@shared_task(
    base=TenantBatch,
    flush_every=settings.INSPECT_BATCH_SIZE,
    flush_interval=settings.INSPECT_BATCH_WAIT_MS / 1000,
)
def inspect_frame(batch: list[Sent]) -> None:
    """Sent for one frame at a time; the worker collects them."""
    orders = [_order_of(sent, *sent.args) for sent in batch]
    inspecting_batches.inspect(orders, analysing.configured_observer())


def _order_of(sent: Sent, session_id: str, seq: int, t_ms: int, key: str, checking: bool = False) -> Order:
    return Order(
        institution_id=sent.institution_id,
        session_id=uuid.UUID(session_id),
        seq=seq,
        t_ms=t_ms,
        key=key,
        checking=checking,
    )


@shared_task(base=TenantTask, autoretry_for=(OperationalError, OSError), max_retries=3, retry_backoff=1)
def keep_evidence(flag_id: str, stream: str, seq: int) -> None:
    evidence.keep(flag_id=flag_id, stream=stream, seq=seq)
    screens.keep(flag_id=flag_id)


@shared_task(base=TenantTask)
def compare_card(session_id: str) -> None:
    try:
        cards.compare(session_id=uuid.UUID(session_id), observer=analysing.configured_observer())
    except Exception:
        # A person looks at the picture in any case.
        logger.exception("the identity card of session %s could not be compared", session_id)


@shared_task
def fold_events() -> int:
    """A turn each second; one who is behind goes on, but not so long that a worker could not be stopped."""
    is_over = time_is_up(FOLD_FOR_S)
    folded = turn = due_folds.fold_due()
    while turn and not is_over() and due_folds.oldest_due_s(timezone.now()) > FOLD_BEHIND_S:
        turn = due_folds.fold_due()
        folded += turn
    return folded
