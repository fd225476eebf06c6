"""A picture of the candidate's screen: taken, shown to those who watch, and kept only behind a flag.

No software reads it. What shows a flag is the picture nearest to the moment at which it was raised, since a
page that was left is seen on the screen only after it was left.
"""

import hashlib
import io
import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from proctoring import hints, screens, thumbnails
from proctoring.models import Flag, RiskState, ScreenPicture
from proctoring.rooms import Room, check_takes_screen
from proctoring.screen_protocol import ScreenMessage
from proctoring.screens import ParkedScreen
from proctoring.services.errors import FrameNotWanted
from proctoring.services.keeping import drop_file, keep_file, name_of
from proctoring.services.session_keys import is_erased

# A picture comes every five seconds: it speaks for the time since the one before, and for no longer gap.
SPEAKS_FOR_MS = 10_000
NEAR_MS = 8000
WIDTH_PX = 1280
AHEAD_MS = 5000
# It is sent when it is taken, so one that claims to be older has no time of its own.
BEHIND_MS = 30_000
_JPEG = b"\xff\xd8\xff"


def take(*, room: Room, screen: ScreenMessage, now: datetime | None = None) -> bool:
    """Park a picture and count what it covers; one that was overtaken by a newer one is passed over."""
    now = now or timezone.now()
    session = room.session()
    check_takes_screen(session)
    if not screen.payload.startswith(_JPEG):
        raise FrameNotWanted("not_a_picture", _("A picture of the screen is a JPEG."))
    server_ms = session.elapsed_ms(now) or 0
    is_timely = server_ms - BEHIND_MS <= screen.t_ms <= server_ms + AHEAD_MS
    t_ms = screen.t_ms if is_timely else server_ms
    if not _count(session.id, screen.seq, t_ms):
        return False
    screens.park(session.id, ParkedScreen(screen.seq, t_ms), screen.payload)
    hints.screen_seen(session=session, seq=screen.seq, t_ms=t_ms)
    return True


def keep(*, flag_id: str) -> ScreenPicture | None:
    """Store the picture nearest to a flag's moment; only a nearer one replaces one that is kept."""
    flag = Flag.objects.select_related("session").filter(id=flag_id).first()
    near = screens.nearest(flag.session_id, flag.t_ms, within_ms=NEAR_MS) if flag else None
    if flag is None or near is None or not _is_nearer(flag, near) or is_erased(flag.session_id):
        return None
    jpeg = screens.find(flag.session_id, near.seq)
    picture = thumbnails.shrink(jpeg, WIDTH_PX) if jpeg else None
    return _store(flag, near, picture) if picture else None


def _count(session_id: uuid.UUID, seq: int, t_ms: int) -> bool:
    newer = RiskState.objects.filter(session_id=session_id, last_screen_seq__lt=seq)
    before = newer.values_list("last_screen_t_ms", flat=True).first()
    # What was counted once stays behind, whatever time the next one claims.
    t_ms = max(t_ms, before or 0)
    gained_ms = 0 if before is None else min(SPEAKS_FOR_MS, t_ms - before)
    return bool(
        newer.update(
            screens_recorded=F("screens_recorded") + 1,
            screen_covered_ms=F("screen_covered_ms") + gained_ms,
            last_screen_seq=seq,
            last_screen_t_ms=t_ms,
        )
    )


def _is_nearer(flag: Flag, near: ParkedScreen) -> bool:
    kept = ScreenPicture.objects.filter(flag=flag).first()
    return kept is None or abs(near.t_ms - flag.t_ms) < abs(kept.t_ms - flag.t_ms)


def _store(flag: Flag, near: ParkedScreen, picture: bytes) -> ScreenPicture:
    with Image.open(io.BytesIO(picture)) as image:
        width_px, height_px = image.size
    fields: dict[str, object] = {
        "sha256": hashlib.sha256(picture).hexdigest(),
        "seq": near.seq,
        "t_ms": near.t_ms,
        "width_px": width_px,
        "height_px": height_px,
    }
    return _write_row(flag, picture, fields)


@transaction.atomic
def _write_row(flag: Flag, picture: bytes, fields: dict[str, object]) -> ScreenPicture:
    """The new row, with its picture on the way to storage and that of an earlier one on the way out."""
    Flag.objects.select_for_update(of=("self",)).get(id=flag.id)
    storage_key = name_of(flag.session, f"{flag.id}-screen-{fields['seq']}", picture)
    earlier = ScreenPicture.objects.filter(flag=flag).first()
    if earlier is not None and earlier.storage_key == storage_key:
        return earlier
    keep_file(session_id=flag.session_id, storage_key=storage_key, content=picture)
    kept, _created = ScreenPicture.objects.update_or_create(
        flag=flag, defaults={**fields, "storage_key": storage_key}
    )
    if earlier is not None:
        drop_file(storage_key=earlier.storage_key)
    return kept
