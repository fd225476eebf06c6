"""Whether an error says that a service is away, so that whoever asked should come again a little later.

What a service answered about the question itself (a constraint, a missing object) is no outage.
"""

import kombu.exceptions
import redis.exceptions
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError

RETRY_AFTER_S = 5
# PostgreSQL's classes: the connection failed, no resources are left, the server goes or is not there yet.
# Without a code there was no server to give one.
_AWAY_CLASSES = ("08", "53", "57P")
_SILENT = (
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    redis.exceptions.OutOfMemoryError,
    kombu.exceptions.OperationalError,
    HTTPClientError,
    NoConnection,
    InterfaceError,
)
_OVERLOADED = 500


def is_outage(error: BaseException) -> bool:
    """Also where a library has wrapped what happened into an error of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _SILENT) or _of_database(seen) or _of_storage(seen):
            return True
        seen = seen.__cause__
    return False


def _of_database(error: BaseException) -> bool:
    if not isinstance(error, DatabaseError):
        return False
    code = getattr(error.__cause__, "sqlstate", None)
    if code is None:
        return isinstance(error, OperationalError)
    return str(code).startswith(_AWAY_CLASSES)


def _of_storage(error: BaseException) -> bool:
    if not isinstance(error, ClientError):
        return False
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return int(status) >= _OVERLOADED or answer.get("Error", {}).get("Code") == "SlowDown"
