"""What the session page's part about video is drawn from."""

from dataclasses import asdict
from typing import Any

from exams.models import Session
from proctoring.recording_shown import problem_words, recording_state, stage_words


def recording_part(session: Session) -> dict[str, Any]:
    state = recording_state(session)
    tracks = [
        {"url": one.url, "spans": [asdict(span) for span in one.spans], "source": one.source}
        for one in state.playable
    ]
    return {
        "session": session,
        "recording": state,
        "recording_words": stage_words(state),
        "recording_problems": [words for one in state.recordings for words in problem_words(one.problems)],
        "recording_tracks": tracks,
    }
