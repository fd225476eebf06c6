"""A frame is recorded together with what the frames before it make of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from exams.models import Session
from proctoring.models import PictureSignature, SignalState
from proctoring.services import recording
from proctoring.services.recording import SampleRecorded

if TYPE_CHECKING:
    from analysis.baseline import Baseline
    from analysis.footage_health import Signatures
    from analysis.observations import Observation, Scalar


@transaction.atomic
def record_seen(
    *,
    session_id: uuid.UUID,
    seq: int,
    t_ms: int,
    seen: "Observation",
    baseline: "Baseline | None",
    gaze: "Mapping[str, Scalar] | None" = None,
    now: datetime | None = None,
) -> SampleRecorded:
    """Commit one frame: what it shows, where its eyes look, and what it shows against the frames before."""
    from analysis.observations import signals

    now = now or timezone.now()
    # The lock of the log: several workers may have a frame of this session in hand.
    sitting = recording.lock_running(session_id, "signal_state")
    at_ms = recording.frame_time_ms(sitting.session, t_ms=t_ms, now=now)
    followed = _follow(sitting.session, seq, at_ms, seen, baseline)
    return recording.record_locked_frame(
        sitting=sitting,
        seq=seq,
        t_ms=t_ms,
        signals={**signals(seen), **(gaze or {}), **followed, **_undirected(seen)},
        now=now,
    )


def _follow(
    session: Session, seq: int, t_ms: int, seen: "Observation", baseline: "Baseline | None"
) -> dict[str, Any]:
    from analysis.track import Track, follow

    state: SignalState | None = getattr(session, "signal_state", None)
    if state is None:
        state = SignalState.objects.create(session=session)
    track = Track.from_json(state.track)
    if seq > track.seq and seen.fingerprint is not None:
        picture = PictureSignature(session=session, seq=seq, t_ms=t_ms, luma=seen.fingerprint.luma)
        PictureSignature.objects.bulk_create([picture], ignore_conflicts=True)
    followed = follow(
        track, seen, seq=seq, t_ms=t_ms, baseline=baseline, history=partial(_history, session.id, t_ms)
    )
    if followed.track != track:
        state.track = followed.track.to_json()
        state.save(update_fields=["track"])
    return dict(followed.signals)


def late_signals(
    *, session_id: uuid.UUID, seen: "Observation", gaze: "Mapping[str, Scalar] | None"
) -> dict[str, Any]:
    """What a picture tells that came too late to be followed: itself, less the faces that never move."""
    from analysis.observations import signals
    from analysis.track import UNKNOWN

    living = marked(session_id=session_id, seen=seen).living
    still = None if seen.face_count is None else len(seen.faces) - len(living.faces)
    return {
        **signals(living),
        **(gaze or {}),
        **UNKNOWN,
        "static_faces": still,
        **_undirected(seen),
    }


def _undirected(seen: "Observation") -> dict[str, None]:
    """Without the camera check there is no neutral pose: a camera at the side is no turned head."""
    return {} if seen.against_baseline else {"looking_away": None, "attention": None}


def marked(*, session_id: uuid.UUID, seen: "Observation") -> "Observation":
    """A picture that was just recorded, with its faces marked that never move."""
    from analysis import still_faces
    from analysis.track import Track

    state = SignalState.objects.filter(session_id=session_id).first()
    return still_faces.marked(Track.from_json(state.track).stills, seen) if state else seen


def _history(session_id: uuid.UUID, t_ms: int) -> "Signatures":
    """The last twenty minutes; what is older will not be looked at again."""
    import numpy as np

    from analysis.footage_health import HISTORY_SAMPLES, SAMPLE_MS, at_steady_rate, signature

    kept = PictureSignature.objects.filter(session_id=session_id)
    kept.filter(t_ms__lt=max(0, t_ms - HISTORY_SAMPLES * SAMPLE_MS)).delete()
    rows = list(kept.filter(t_ms__lte=t_ms).order_by("t_ms", "seq").values_list("t_ms", "luma"))
    return at_steady_rate(
        [at for at, _luma in rows], np.array([signature(bytes(luma)) for _at, luma in rows])
    )
