"""The picture behind a flag: the frame of its worst moment, taken from memory before it is forgotten.

`want` asks for it in the transaction that raised the flag; `keep` does it after the commit, where computer
vision is at hand. Doing it twice changes nothing; `keeping` brings the picture to storage, sealed.
"""

import hashlib
from dataclasses import dataclass

from django.db import transaction

from proctoring import hints, parking
from proctoring.models import Evidence, Flag, Observation
from proctoring.services.keeping import drop_file, keep_file, name_of
from proctoring.services.session_keys import is_erased

NEAR_MS = 2000
QUALITY = 88


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame that is still there, and how far it lies from the one that was wanted."""

    seq: int
    t_ms: int
    off_ms: int


def want(*, flag_id: str, stream: str, seq: int) -> None:
    """Keep the picture of this record when the transaction has committed."""
    from proctoring.tasks import keep_evidence

    if stream != "audio" and Evidence.objects.filter(flag_id=flag_id, seq=seq).exists():
        return
    transaction.on_commit(lambda: keep_evidence.delay(flag_id, stream, seq), robust=True)


def keep(*, flag_id: str, stream: str, seq: int) -> Evidence | None:
    """Store the frame of that record, or the nearest one that is still in memory; None when there is none."""
    flag = Flag.objects.select_related("session").filter(id=flag_id).first()
    moment = _nearest_moment(flag, stream, seq) if flag else None
    if flag is None or moment is None or is_erased(flag.session_id):
        return None
    jpeg = parking.find(flag.session_id, moment.seq)
    return _store(flag, moment, jpeg) if jpeg else None


def _nearest_moment(flag: Flag, stream: str, seq: int) -> Moment | None:
    """The wanted frame itself, else the one of the same moments that is nearest in time."""
    wanted = Observation.objects.filter(session_id=flag.session_id, stream=stream, seq=seq).first()
    at_ms = wanted.t_ms if wanted else flag.t_ms
    earliest_ms = at_ms - NEAR_MS if flag.end_ms == flag.t_ms else min(flag.since_ms, at_ms)
    latest_ms = max(at_ms, flag.t_ms) + NEAR_MS
    frames = [
        Moment(frame_seq, t_ms, abs(t_ms - at_ms))
        for frame_seq, t_ms in Observation.objects.filter(
            session_id=flag.session_id, stream="video", t_ms__gte=earliest_ms, t_ms__lte=latest_ms
        ).values_list("seq", "t_ms")
    ]
    parked = parking.which(flag.session_id, (frame.seq for frame in frames))
    here = [frame for frame in frames if frame.seq in parked]
    nearest = min(here, key=lambda frame: (frame.off_ms, frame.seq), default=None)
    kept = Evidence.objects.filter(flag=flag).first()
    # As memory forgets, the nearest frame drifts away: only a nearer one may replace a picture.
    if nearest is None or (kept is not None and abs(kept.t_ms - at_ms) <= nearest.off_ms):
        return None
    return nearest


def _store(flag: Flag, moment: Moment, jpeg: bytes) -> Evidence:
    # Only a worker and the embedded process carry the vision packages.
    from analysis.frames import encode_jpeg, open_frame

    frame = open_frame(jpeg)
    picture = encode_jpeg(frame.image, QUALITY)
    evidence = _write_row(flag, moment, picture, (frame.width_px, frame.height_px))
    hints.flag_opened(session=flag.session, flag=flag, has_evidence=True)
    return evidence


@transaction.atomic
def _write_row(flag: Flag, moment: Moment, picture: bytes, size_px: tuple[int, int]) -> Evidence:
    """The new row, with its picture on the way to storage and that of an earlier one on the way out."""
    Flag.objects.select_for_update(of=("self",)).get(id=flag.id)
    storage_key = name_of(flag.session, f"{flag.id}-{moment.seq}", picture)
    earlier = Evidence.objects.filter(flag=flag).first()
    if earlier is not None and earlier.storage_key == storage_key:
        return earlier
    keep_file(session_id=flag.session_id, storage_key=storage_key, content=picture)
    evidence, _created = Evidence.objects.update_or_create(
        flag=flag,
        defaults={
            "storage_key": storage_key,
            "sha256": hashlib.sha256(picture).hexdigest(),
            "seq": moment.seq,
            "t_ms": moment.t_ms,
            "width_px": size_px[0],
            "height_px": size_px[1],
        },
    )
    if earlier is not None:
        drop_file(storage_key=earlier.storage_key)
    return evidence
