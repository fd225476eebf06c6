"""The video of a moment, wherever a page shows one."""

from typing import Any

from django import template

from exams.models import Session
from proctoring.recording_shown import clips_at

register = template.Library()


@register.inclusion_tag("proctoring/clips.html")
def clips(session: Session, since_ms: int, until_ms: int | None) -> dict[str, Any]:
    """A player for each source that shows the moment; where video is recorded and there is none, a word."""
    shown = clips_at(session.id, since_ms, max(since_ms, until_ms or since_ms))
    return {
        "clips": shown,
        "is_recorded": bool(session.exam.recorded_sources),
        "is_coming": not session.has_ended,
    }
