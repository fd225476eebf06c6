"""The inspector of identity: is the person in front of the camera still the one of the camera check?

A live session is compared with the template that its camera check left; a recording, which had none, with the
person of its own first good frames.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proctoring import identifying
from proctoring.inspecting import Inspected, Inspection
from proctoring.services.templates import template_of

if TYPE_CHECKING:
    from analysis.identity import Enrolment, Look, Recognition, Template

UNKNOWN = Inspected(
    signals={
        "identity_score": None,
        "identity_distance": None,
        "identity_unlike": None,
        "identity_mismatch": None,
    }
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Scores of the last looks; of a recording also its template, which a live session keeps encrypted."""

    recognition: "Recognition"
    template: "Template | None" = None
    enrolment: "Enrolment | None" = field(default=None, compare=False)


def identity(inspection: Inspection, memory: Any) -> Inspected:
    from analysis.identity import Enrolment, Recognition

    embedder = identifying.configured_embedder()
    if inspection.checking or embedder is None:
        return Inspected(memory=memory)
    before: Remembered = memory or Remembered(Recognition())
    # A face on a poster is nobody, neither beside the candidate nor instead of one.
    look = identifying.look_at(inspection.frame, inspection.seen.living, embedder)
    if inspection.session_id is not None:
        template = template_of(inspection.session_id)
        return UNKNOWN if template is None else _compared(inspection, look, template, before)
    if before.template is None:
        return _enrolled(look, before.enrolment or Enrolment())
    return _compared(inspection, look, before.template, before)


def _enrolled(look: "Look", enrolment: "Enrolment") -> Inspected:
    from analysis.identity import Recognition

    enrolment.add(look)
    template = enrolment.build() if enrolment.complete else None
    remembered = Remembered(Recognition(), template, enrolment)
    return Inspected(UNKNOWN.signals, remembered, pursue=look.frontal and template is None)


def _compared(inspection: Inspection, look: "Look", template: "Template", before: Remembered) -> Inspected:
    from analysis.identity import compare

    if inspection.seen.living.face_count != 1:
        # Nobody, or one of several: an empty chair and a second face have rules of their own.
        faded = Remembered(before.recognition.at(inspection.t_ms), before.template)
        return Inspected(UNKNOWN.signals, faded)
    reading = compare(template, look)
    recognition = before.recognition.after(inspection.t_ms, reading)
    score = reading.known
    return Inspected(
        {
            "identity_score": score,
            "identity_distance": None if score is None else round(1.0 - score, 3),
            "identity_unlike": recognition.unlike,
            "identity_mismatch": recognition.mismatch,
        },
        Remembered(recognition, before.template),
        pursue=recognition.pursuing,
    )
