"""Pieces of video come in, each once, only where and when the candidate was told so."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, DomainError, NotFound, TooLarge, TooMany
from exams.models import Consent, RecordingMode, Session
from exams.states import BEFORE_START
from proctoring.models import Piece
from proctoring.pauses import pauses_of
from proctoring.recording_models import Source
from proctoring.recording_places import STORAGE, SUFFIXES, PieceFacts, piece_key, sha256_of
from proctoring.recording_wanted import is_wanted
from proctoring.services import joining

MAX_PIECE_BYTES = 2 * 1024 * 1024
# A browser slows the timers of a page that is not looked at.
LONGEST_PIECE_MS = 120_000
LARGEST_SEQ = 100_000
# So far a browser's clock may run ahead of ours.
AHEAD_MS = 15_000
LATE_FOR = timedelta(minutes=10)
# A page that is loaded again and again makes short pieces; nobody needs more than these.
PIECES_AT_ONCE, MS_A_PIECE = 60, 2000
# Ten times what the browser is asked to record of one source; some keep to it badly.
BYTES_AT_ONCE, BYTES_A_SECOND = 32 * 1024 * 1024, 128 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    piece: Piece
    new: bool


def find_or_admit(*, session: Session, facts: PieceFacts, now: datetime | None = None) -> Piece | None:
    """The piece if it is here already; None where it may come. Raises for one that may not."""
    _check_facts(facts)
    known = Piece.objects.filter(session=session, source=facts.source, seq=facts.seq).first()
    if known is not None:
        return _same(known, facts)
    _check_wanted(session, facts, now or timezone.now())
    return None


def keep_piece(*, session: Session, facts: PieceFacts, content: bytes, now: datetime | None = None) -> Kept:
    """Store the bytes of a piece that came to this server; the same piece again changes nothing."""
    known = find_or_admit(session=session, facts=facts, now=now)
    if known is not None:
        return Kept(known, new=False)
    _check_content(content, facts)
    key = storages[STORAGE].save(piece_key(session, facts), ContentFile(content))
    try:
        return _write_row(session, facts, key)
    except Exception:
        storages[STORAGE].delete(key)
        raise


def confirm_piece(*, session: Session, facts: PieceFacts, now: datetime | None = None) -> Kept:
    """Take a piece that the browser has put into the bucket, if it is the one that was told of."""
    known = find_or_admit(session=session, facts=facts, now=now)
    if known is not None:
        return Kept(known, new=False)
    key = piece_key(session, facts)
    content = _fetch(key)
    try:
        _check_content(content, facts)
    except DomainError:
        storages[STORAGE].delete(key)
        raise
    return _write_row(session, facts, key)


def _same(known: Piece, facts: PieceFacts) -> Piece:
    if known.sha256 != facts.sha256:
        raise Conflict("piece_conflict", _("Another piece has this number already."), field="seq")
    return known


def _check_facts(facts: PieceFacts) -> None:
    if facts.source not in Source.values:
        raise _not_recorded()
    if facts.content_type not in SUFFIXES:
        raise DomainError("piece_type", _("A piece is a video in WebM or MP4."), field="content_type")
    if not SHA256.fullmatch(facts.sha256):
        raise DomainError("piece_sha256", _("sha256 must be 64 hexadecimal digits."), field="sha256")
    if facts.size_bytes > MAX_PIECE_BYTES:
        raise TooLarge("piece_too_large", _("A piece is at most 2 MiB large."), field="size_bytes")
    _check_range(facts.size_bytes, 1, MAX_PIECE_BYTES, "size_bytes")
    _check_range(facts.seq, 1, LARGEST_SEQ, "seq")
    _check_range(facts.duration_ms, 1, LONGEST_PIECE_MS, "duration_ms")
    _check_range(facts.t_ms, 0, 2**40, "t_ms")


def _not_recorded() -> Conflict:
    return Conflict("not_recorded", _("This exam does not record that."), field="source")


def _check_range(value: int, least: int, most: int, field: str) -> None:
    if not least <= value <= most:
        words = _("%(field)s must lie between %(least)s and %(most)s.")
        raise DomainError("bad_number", words % {"field": field, "least": least, "most": most}, field=field)


def _check_wanted(session: Session, facts: PieceFacts, now: datetime) -> None:
    if facts.source not in session.watched.recorded_sources:
        raise _not_recorded()
    if not Consent.objects.filter(session=session, withdrawn_at__isnull=True).exists():
        raise Conflict("consent_required", _("Nothing is recorded before you have accepted the notice."))
    _check_time(session, facts, now)
    flagged_only = session.exam.recording == RecordingMode.FLAGGED
    if flagged_only and not is_wanted(session.id, facts.t_ms, facts.end_ms):
        raise Conflict("not_wanted", _("Nothing was pointed out at that time, so this video is not taken."))


def _check_time(session: Session, facts: PieceFacts, now: datetime) -> None:
    if session.state in BEFORE_START or session.started_at is None:
        raise Conflict("not_started", _("Video is recorded from the start of the exam."))
    if session.has_ended and (session.ended_at is None or now - session.ended_at > LATE_FOR):
        raise Conflict("session_ended", _("This exam sitting is over; no more video is taken."))
    elapsed_ms = session.elapsed_ms(session.ended_at or now) or 0
    if facts.end_ms > elapsed_ms + AHEAD_MS:
        raise DomainError("not_yet", _("This piece lies after the end of the sitting."), field="t_ms")
    _check_not_paused(session, facts)
    _check_room(session, facts, elapsed_ms)


def _check_not_paused(session: Session, facts: PieceFacts) -> None:
    """One that was cut short by a pause began before it, and its browser may be a moment late."""
    spans = pauses_of(session)
    if any(since_ms <= facts.t_ms and facts.end_ms <= until_ms for since_ms, until_ms in spans):
        raise Conflict("paused", _("The exam was paused then; this video is not kept."))


def _check_room(session: Session, facts: PieceFacts, elapsed_ms: int) -> None:
    stored = Piece.objects.filter(session=session, source=facts.source).aggregate(
        count=Count("id"), size_bytes=Sum("size_bytes", default=0)
    )
    most_bytes = BYTES_AT_ONCE + BYTES_A_SECOND * elapsed_ms // 1000
    too_many = stored["count"] >= PIECES_AT_ONCE + elapsed_ms // MS_A_PIECE
    if too_many or stored["size_bytes"] + facts.size_bytes > most_bytes:
        raise TooMany("too_many_pieces", _("These are more pieces than the time that has passed can hold."))


def _check_content(content: bytes, facts: PieceFacts) -> None:
    """It begins as its kind does and is what was told; whether it plays is seen when it is joined."""
    if len(content) != facts.size_bytes:
        raise DomainError("piece_size", _("The piece is not as long as was said."), field="size_bytes")
    is_webm, is_mp4 = content[:4] == b"\x1a\x45\xdf\xa3", content[4:8] == b"ftyp"
    if not (is_webm if facts.content_type == "video/webm" else is_mp4):
        raise DomainError("piece_type", _("A piece is a video in WebM or MP4."), field="content_type")
    if sha256_of(content) != facts.sha256:
        raise DomainError("piece_changed", _("The piece was changed on its way."), field="sha256")


def _fetch(key: str) -> bytes:
    """A byte more than the most that is allowed, so that too much is noticed and never held."""
    try:
        with storages[STORAGE].open(key) as file:
            content: bytes = file.read(MAX_PIECE_BYTES + 1)
    except FileNotFoundError:
        raise NotFound("piece_missing", _("This piece is not there. Send it again.")) from None
    return content


def _write_row(session: Session, facts: PieceFacts, key: str) -> Kept:
    try:
        with transaction.atomic():
            piece = Piece.objects.create(
                session=session,
                source=facts.source,
                seq=facts.seq,
                t_ms=facts.t_ms,
                duration_ms=facts.duration_ms,
                size_bytes=facts.size_bytes,
                sha256=facts.sha256,
                content_type=facts.content_type,
                storage_key=key,
            )
            # Fetching the bytes takes a while, and the exam may have ended meanwhile.
            session.refresh_from_db(fields=["state"])
            if session.has_ended:
                joining.order(session=session)
    except IntegrityError:
        # Two requests with one piece: the other was faster, and its file has the same content.
        known = Piece.objects.get(session=session, source=facts.source, seq=facts.seq)
        if known.storage_key != key:
            storages[STORAGE].delete(key)
        return Kept(_same(known, facts), new=False)
    return Kept(piece, new=True)
