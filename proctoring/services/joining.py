"""Pieces become one file a source: a job, done again when pieces arrive late."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from exams.models import Session
from jobs import services as jobs
from jobs.models import Job, JobState
from proctoring.models import Piece, Recording
from proctoring.recording_places import STORAGE, SUFFIXES, sha256_of
from webhooks import outbox

if TYPE_CHECKING:
    from analysis.video_pieces import Joined, PieceFile

KIND = "recordings.join"
# The last pieces are on their way when a sitting ends; one that comes later orders the work once more.
AFTER = timedelta(seconds=10)
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Fetched:
    files: "list[PieceFile]"
    problems: Counter[str]


def order(*, session: Session) -> None:
    """Join what is there, soon; a job that already waits will do."""
    waiting = Job.objects.filter(kind=KIND, state=JobState.WAITING, payload__session=str(session.id))
    if session.watched.recorded_sources and not waiting.exists():
        jobs.enqueue(KIND, due_at=timezone.now() + AFTER, session=str(session.id))


def is_open(session: Session) -> bool:
    unfinished = (JobState.WAITING, JobState.RUNNING)
    return Job.objects.filter(kind=KIND, state__in=unfinished, payload__session=str(session.id)).exists()


def join(*, session: Session, job: Job) -> list[Recording]:
    """The recordings that were made anew; nothing happens to those whose pieces are the same."""
    pieces = Piece.objects.filter(session=session)
    sources = pieces.order_by("source").values_list("source", flat=True).distinct()
    joined = (_join_source(session, source, job) for source in sources)
    return [recording for recording in joined if recording is not None]


def _join_source(session: Session, source: str, job: Job) -> Recording | None:
    # Only a worker and the embedded process carry the library that reads video.
    from analysis.video_pieces import NothingToJoin, join_pieces

    pieces = list(Piece.objects.filter(session=session, source=source).order_by("t_ms", "seq"))
    digest = digest_of(pieces)
    if Recording.objects.filter(session=session, source=source, joined_digest=digest).exists():
        return None
    with tempfile.TemporaryDirectory(prefix="recording-") as name:
        folder = Path(name)
        fetched = _fetch(pieces, folder, job)
        target = folder / "joined"
        try:
            joined = join_pieces(
                fetched.files, target, on_piece=lambda done: _report(job, len(pieces) + done, len(pieces))
            )
        except NothingToJoin as nothing:
            fetched.problems.update(nothing.problems)
            return _write(session, source, digest, None, fetched.problems, None)
        fetched.problems.update(joined.problems)
        return _write(session, source, digest, joined, fetched.problems, target)


def digest_of(pieces: Sequence[Piece]) -> str:
    lines = "\n".join(f"{piece.seq} {piece.t_ms} {piece.sha256}" for piece in pieces)
    return hashlib.sha256(lines.encode()).hexdigest()


def _fetch(pieces: Sequence[Piece], folder: Path, job: Job) -> _Fetched:
    """Copies on this machine's disk; what is gone or is not what was recorded is counted."""
    from analysis.video_pieces import PieceFile

    fetched = _Fetched([], Counter())
    for number, piece in enumerate(pieces, start=1):
        try:
            with storages[STORAGE].open(piece.storage_key) as file:
                content: bytes = file.read()
        except FileNotFoundError:
            fetched.problems["missing"] += 1
            continue
        if sha256_of(content) != piece.sha256:
            fetched.problems["changed"] += 1
            continue
        path = folder / f"{number}.piece"
        path.write_bytes(content)
        fetched.files.append(PieceFile(path, piece.t_ms))
        _report(job, number, len(pieces))
    return fetched


def _report(job: Job, done: int, pieces: int) -> None:
    """Fetching is one half of the work, joining the other."""
    if done % 10 == 0:
        jobs.report_progress(job, done / (2 * pieces))


def _write(
    session: Session,
    source: str,
    digest: str,
    joined: "Joined | None",
    problems: Counter[str],
    target: Path | None,
) -> Recording:
    """The row, and a file that nobody points at any more is deleted."""
    key = _store(session, source, joined, target) if joined and target else ""
    changes = {
        "storage_key": key,
        "content_type": joined.content_type if joined else "",
        "sha256": _sha256_of_file(target) if target else "",
        "size_bytes": target.stat().st_size if target else 0,
        "duration_ms": joined.duration_ms if joined else 0,
        "spans": [[span.start_ms, span.end_ms, span.file_ms] for span in joined.spans] if joined else [],
        "problems": {str(kind): count for kind, count in sorted(problems.items())},
        "joined_digest": digest,
        "joined_at": timezone.now(),
    }
    try:
        recording, earlier = _write_row(session, source, changes)
    except Exception:
        if key:
            storages[STORAGE].delete(key)
        raise
    if earlier:
        storages[STORAGE].delete(earlier)
    return recording


@transaction.atomic
def _write_row(session: Session, source: str, changes: dict[str, object]) -> tuple[Recording, str]:
    earlier = Recording.objects.select_for_update().filter(session=session, source=source).first()
    recording, _created = Recording.objects.update_or_create(session=session, source=source, defaults=changes)
    if recording.storage_key:
        outbox.publish("recording.ready", session=str(session.id), source=source)
    return recording, earlier.storage_key if earlier else ""


def _store(session: Session, source: str, joined: "Joined", target: Path) -> str:
    name = f"{session.institution_id}/{session.id}/{source}.{SUFFIXES[joined.content_type]}"
    with target.open("rb") as file:
        key: str = storages[STORAGE].save(name, File(file))
    return key


def _sha256_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
