"""The stack under faults: the same program, with waits of hours cut to seconds so that a row ends."""

from tests.stack.settings import *  # noqa: F403

WEBHOOK_LIMIT_S = 3
WEBHOOK_RETRIES_S = (1, 1, 2, 2, 4, 4, *[5.0] * 30)

# A worker that hangs is ended as much sooner.
CELERY_TASK_TIME_LIMIT = 15
