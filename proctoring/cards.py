"""The worker's part of an identity card: open the picture, find its face, compare, store what was found."""

import uuid
from typing import TYPE_CHECKING

from proctoring import identifying
from proctoring.services.id_cards import record_comparison, taken_card
from proctoring.services.templates import template_of

if TYPE_CHECKING:
    from proctoring.analysing import Observer


def compare(*, session_id: uuid.UUID, observer: "Observer") -> bool:
    """Whether the newest picture was compared; without one, or without the network, nothing is said."""
    from analysis.id_card import CardLook, look_at_card, open_kept

    taken = taken_card(session_id)
    if taken is None:
        return False
    embedder = identifying.configured_embedder()
    if embedder is None:
        look = CardLook("unclear", problem="no_template")
    else:
        frame = open_kept(taken.jpeg)
        seen = observer.observe(frame, None)
        look = look_at_card(seen, lambda box: embedder.embed(frame.image, box), template_of(session_id))
    return record_comparison(session_id=session_id, taken_at=taken.taken_at, look=look)
