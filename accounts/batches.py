"""The Celery door for messages of several institutions that are handled in one call."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from celery_batches import Batches, SimpleRequest

from accounts.tasks import HEADER, TenantTask

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of a batch; whoever handles it opens its institution's scope."""

    institution_id: str
    args: tuple[Any, ...]


class TenantBatch(TenantTask, Batches):  # type: ignore[misc]
    """The task gets a list of `Sent`, outside any scope; it is sent one message at a time, as others are."""

    abstract = True

    def __call__(self, requests: Sequence[SimpleRequest]) -> Any:
        sent = [self._sent(request) for request in requests]
        return self.run([one for one in sent if one is not None])

    def flush(self, requests: Collection[Any]) -> Any:
        # Celery drops what has expired before it runs a task; batches leave that to us.
        current = [request for request in requests if not request.revoked()]
        return super().flush(current) if current else None

    def _sent(self, request: SimpleRequest) -> Sent | None:
        # Where tasks run in the caller's process, headers are on the call and not on the message.
        headers = {**(self.request.headers or {}), **(request.request_dict or {})}
        if HEADER not in headers:
            logger.error("%s was run without an institution header.", self.name)
            return None
        return Sent(headers[HEADER], tuple(request.args))
