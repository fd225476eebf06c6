"""Storage that is away for a while costs a job nothing: it is put off, however often, until it is back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from jobs.services import NotNow

TROUBLE = (OSError, BotoCoreError, ClientError, Boto3Error)
AGAIN_IN_S = 15.0

# Of this process: a server that answers nobody must not cost every job in the queue its whole time limit.
_away_until_s = 0.0


@contextmanager
def storage_at_hand() -> Iterator[None]:
    """What storage cannot do now, a full disk among it, puts the job off; a missing file does not."""
    global _away_until_s
    if time.monotonic() < _away_until_s:
        raise NotNow("storage was away a moment ago", again_in_s=AGAIN_IN_S)
    try:
        yield
    except FileNotFoundError:
        raise
    except TROUBLE as reason:
        _away_until_s = time.monotonic() + AGAIN_IN_S / 2
        raise NotNow(f"storage: {type(reason).__name__}: {reason}", again_in_s=AGAIN_IN_S) from reason


def try_again() -> None:
    """Forget that storage was away."""
    global _away_until_s
    _away_until_s = 0.0
