"""The receiver of a row's webhooks: keeps every message under its id, and fails as it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import socket

from tests.webhooks.receivers import Handler, Received, answer, receiving


@dataclass
class Mailbox:
    """`bodies` are the messages by id. What `handler` answers decides whether they count as taken."""

    url: str = ""
    handler: Handler = field(default_factory=answer)
    bodies: dict[str, bytes] = field(default_factory=dict)
    requests: int = 0
    two_bodies: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, request: Received, connection: socket) -> None:
        message_id = request.headers.get("webhook-id", "")
        with self.lock:
            self.requests += 1
            if self.bodies.setdefault(message_id, request.body) != request.body:
                self.two_bodies.add(message_id)
            handler = self.handler
        handler(request, connection)

    def taken(self) -> dict[str, bytes]:
        with self.lock:
            return dict(self.bodies)


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with receiving(mailbox.take) as receiver:
        mailbox.url = receiver.url
        yield mailbox
