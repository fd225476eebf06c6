"""The sockets that answered lately, noted for many rooms at once: nobody waits for it."""

import uuid
from collections.abc import Sequence

from proctoring.gathering import Gatherer, PerLoop
from proctoring.services import presence

WAIT_S = 0.5
MOST = 1000


def answered(session_id: uuid.UUID) -> None:
    _answered.here().leave(session_id)


def _note(session_ids: Sequence[uuid.UUID]) -> Sequence[None]:
    presence.note_seen(session_ids=session_ids)
    return [None] * len(session_ids)


_answered: PerLoop[uuid.UUID, None] = PerLoop(lambda: Gatherer(_note, wait_s=WAIT_S, most=MOST))
