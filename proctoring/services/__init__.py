"""What changes a session's log, flags, evidence and verdicts, a module a theme."""

from proctoring.services.finalising import finalise
from proctoring.services.sitting import end_session, expire_session, start_session

__all__ = ["end_session", "expire_session", "finalise", "start_session"]
