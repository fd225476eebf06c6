"""How long the rules of a sitting wait for a candidate to mend something: told before it counts."""

from dataclasses import dataclass

from accounts.errors import Conflict
from analysis.risk.adjusting import adjusted
from exams.adjustments import adjustments_of
from exams.models import Session
from proctoring.services.risk import exam_policy


@dataclass(frozen=True, slots=True)
class Patience:
    """None where no rule looks at it at all."""

    full_screen_ms: int | None
    screen_ms: int | None


def patience_of(session: Session) -> Patience:
    try:
        policy = adjusted(exam_policy(session), adjustments_of(session).detection)
    except Conflict:
        # The start itself says what is wrong with the policy.
        return Patience(None, None)

    def shortest_ms(event: str) -> int | None:
        return min((rule.for_ms for rule in policy.rules if rule.on == event), default=None)

    return Patience(shortest_ms("full_screen_left"), shortest_ms("screen_lost"))
