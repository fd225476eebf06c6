"""What there is to see of a recording: how much of the sitting, and where in the file a moment lies."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.models import RecordingMode, Session
from jobs.models import Job, JobState
from proctoring.models import Flag, Piece, Recording, Source
from proctoring.recording_wanted import AROUND_MS
from proctoring.services.joining import KIND

CAMERA_FIRST = ("-source",)


class RecordingStage(StrEnum):
    NOTHING = "nothing"
    COMING = "coming"
    BEING_MADE = "being_made"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start_ms` to `end_ms` of the session the file runs on from its own `file_ms`."""

    start_ms: int
    end_ms: int
    file_ms: int


@dataclass(frozen=True, slots=True)
class RecordingShown:
    source: str
    label: str
    content_type: str
    duration_ms: int
    size_bytes: int
    sha256: str
    joined_at: datetime | None
    spans: tuple[Span, ...]
    problems: dict[str, int]
    is_playable: bool
    url: str


@dataclass(frozen=True, slots=True)
class RecordingState:
    """`covered_ms` is how much of the sitting any of the recordings shows; `progress` that of the work."""

    stage: RecordingStage
    progress: float
    covered_ms: int
    elapsed_ms: int
    pieces: int
    recordings: tuple[RecordingShown, ...]

    @property
    def coverage(self) -> float | None:
        return min(1.0, self.covered_ms / self.elapsed_ms) if self.elapsed_ms else None

    @property
    def playable(self) -> tuple[RecordingShown, ...]:
        return tuple(one for one in self.recordings if one.is_playable)


@dataclass(frozen=True, slots=True)
class Clip:
    """The part of a recording that shows a moment; file times are for a player, the others the session's."""

    flag_id: uuid.UUID | None
    source: str
    label: str
    content_type: str
    start_ms: int
    end_ms: int
    file_start_ms: int
    file_end_ms: int
    url: str


def recording_state(session: Session, now: datetime | None = None) -> RecordingState:
    shown = tuple(_shown(one) for one in Recording.objects.filter(session=session).order_by(*CAMERA_FIRST))
    pieces = Piece.objects.filter(session=session).count()
    stage, progress = _stage(session, shown, pieces)
    return RecordingState(
        stage=stage,
        progress=progress,
        covered_ms=_covered_ms([span for one in shown if one.is_playable for span in one.spans]),
        elapsed_ms=session.elapsed_ms(session.ended_at or now or timezone.now()) or 0,
        pieces=pieces,
        recordings=shown,
    )


def clips_of_flag(flag: Flag) -> tuple[Clip, ...]:
    return clips_at(flag.session_id, min(flag.since_ms, flag.t_ms), max(flag.t_ms, flag.end_ms or 0), flag.id)


def clips_at(
    session_id: uuid.UUID, since_ms: int, until_ms: int, flag_id: uuid.UUID | None = None
) -> tuple[Clip, ...]:
    """A clip a source that shows something of these moments, with some seconds around them."""
    recordings = Recording.objects.filter(session_id=session_id).exclude(storage_key="")
    recordings = recordings.order_by(*CAMERA_FIRST)
    clips = (_clip(_shown(one), since_ms, until_ms, flag_id) for one in recordings)
    return tuple(clip for clip in clips if clip is not None)


def recording_note(session: Session) -> str:
    """One line for the report, from the pieces that came; empty where nothing is recorded."""
    if not session.watched.recorded_sources:
        return ""
    pieces = Piece.objects.filter(session=session)
    covered_ms = _covered_ms([Span(piece.t_ms, piece.end_ms, 0) for piece in pieces])
    elapsed_ms = session.elapsed_ms(session.ended_at or timezone.now()) or 0
    told = {"covered": _minutes(min(covered_ms, elapsed_ms)), "elapsed": _minutes(elapsed_ms)}
    if session.exam.recording == RecordingMode.FLAGGED:
        return _("Video: flagged moments were recorded, %(covered)s of %(elapsed)s.") % told
    return _("Video: %(covered)s of %(elapsed)s were recorded.") % told


def _minutes(duration_ms: int) -> str:
    seconds = duration_ms // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


def problem_words(problems: dict[str, int]) -> list[str]:
    """Why pieces are not in the file, a sentence a kind."""
    said = {
        "missing": lambda count: ngettext(
            "%(count)s piece is no longer stored.", "%(count)s pieces are no longer stored.", count
        ),
        "changed": lambda count: ngettext(
            "%(count)s piece is not the one that was recorded, so it is left out.",
            "%(count)s pieces are not the ones that were recorded, so they are left out.",
            count,
        ),
        "unreadable": lambda count: ngettext(
            "%(count)s piece cannot be read as a video.", "%(count)s pieces cannot be read as a video.", count
        ),
        "other_format": lambda count: ngettext(
            "%(count)s piece was recorded in another format, so it is left out.",
            "%(count)s pieces were recorded in another format, so they are left out.",
            count,
        ),
    }
    return [said[kind](count) % {"count": count} for kind, count in problems.items() if kind in said]


def _shown(recording: Recording) -> RecordingShown:
    return RecordingShown(
        source=recording.source,
        label=str(Source(recording.source).label),
        content_type=recording.content_type,
        duration_ms=recording.duration_ms,
        size_bytes=recording.size_bytes,
        sha256=recording.sha256,
        joined_at=recording.joined_at,
        spans=tuple(Span(*span) for span in recording.spans),
        problems=recording.problems,
        is_playable=bool(recording.storage_key),
        url=reverse("proctoring:recording", args=[recording.session_id, recording.source]),
    )


def _stage(session: Session, shown: tuple[RecordingShown, ...], pieces: int) -> tuple[RecordingStage, float]:
    job = Job.objects.filter(kind=KIND, payload__session=str(session.id)).order_by("-created_at").first()
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        return RecordingStage.BEING_MADE, job.progress
    if any(one.is_playable for one in shown):
        return RecordingStage.READY, 1.0
    if job is not None and job.state == JobState.QUARANTINED:
        return RecordingStage.FAILED, job.progress
    if session.has_ended or session.started_at is None:
        return RecordingStage.NOTHING, 0.0
    return (RecordingStage.COMING if pieces else RecordingStage.NOTHING), 0.0


def _covered_ms(spans: list[Span]) -> int:
    """Of moments that two sources show only once."""
    covered_ms, reached_ms = 0, 0
    for span in sorted(spans, key=lambda one: one.start_ms):
        covered_ms += max(0, span.end_ms - max(span.start_ms, reached_ms))
        reached_ms = max(reached_ms, span.end_ms)
    return covered_ms


def _clip(recording: RecordingShown, since_ms: int, until_ms: int, flag_id: uuid.UUID | None) -> Clip | None:
    """The run of pieces that reaches into the moments; without a piece in them there is no clip."""
    from_ms, to_ms = max(0, since_ms - AROUND_MS), until_ms + AROUND_MS
    near = [span for span in recording.spans if span.end_ms > from_ms and span.start_ms < to_ms]
    if not any(span.end_ms > since_ms and span.start_ms <= until_ms for span in near):
        return None
    first, last = near[0], near[-1]
    start_ms, end_ms = max(first.start_ms, from_ms), min(last.end_ms, to_ms)
    file_start_ms = first.file_ms + start_ms - first.start_ms
    file_end_ms = last.file_ms + end_ms - last.start_ms
    return Clip(
        flag_id=flag_id,
        source=recording.source,
        label=recording.label,
        content_type=recording.content_type,
        start_ms=start_ms,
        end_ms=end_ms,
        file_start_ms=file_start_ms,
        file_end_ms=file_end_ms,
        # Players jump to the part that is named behind the #.
        url=f"{recording.url}#t={file_start_ms / 1000:.3f},{file_end_ms / 1000:.3f}",
    )


def stage_words(state: RecordingState) -> str:
    if state.stage == RecordingStage.COMING:
        return _("Video is coming in. It can be played when the sitting is over.")
    if state.stage == RecordingStage.BEING_MADE:
        return _("The video is being made ready.")
    if state.stage == RecordingStage.FAILED:
        return _("The video could not be made ready. Tell whoever runs this server.")
    return _("No video has come of this sitting.")
