"""A receiver that fails, hangs, redirects and cuts connections at random, and one that is sound."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from socket import socket

from standardwebhooks import Webhook, WebhookVerificationError

from tests.webhooks.receivers import Handler, Received, answer, reset

# What a receiver does with a message, and how often of a hundred times.
MOODS = {"takes it": 40, "fails": 18, "hangs": 4, "redirects": 14, "resets": 14, "takes it and resets": 10}
SECOND_HOOK = "/stolen"


@dataclass(frozen=True, slots=True)
class Arrival:
    message_id: str
    body: bytes
    mood: str
    at_s: float


@dataclass
class Log:
    """What arrived. `secrets` are those that may sign at the moment."""

    secrets: list[str]
    arrivals: list[Arrival] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    followed: int = 0
    in_hand: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    # While it is not set, whatever comes is held in hand.
    is_free: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, request: Received, mood: str) -> None:
        message_id = request.headers.get("webhook-id", "")
        signed = self._is_signed(request)
        with self.lock:
            self.followed += SECOND_HOOK in request.line
            self.arrivals.append(Arrival(message_id, request.body, mood, time.time()))
            if not signed:
                self.unsigned.append(message_id)

    def moods(self) -> Counter[str]:
        with self.lock:
            return Counter(arrival.mood for arrival in self.arrivals)

    def _is_signed(self, request: Received) -> bool:
        for secret in list(self.secrets):
            try:
                Webhook(secret).verify(request.body, request.headers)
            except WebhookVerificationError:
                continue
            return True
        return False


def sound(log: Log) -> Handler:
    def handle(request: Received, connection: socket) -> None:
        log.note(request, "takes it")
        answer()(request, connection)

    return handle


def moody(log: Log, seed: int) -> Handler:
    dice = random.Random(seed)

    def handle(request: Received, connection: socket) -> None:
        with log.lock:
            mood = dice.choices(list(MOODS), weights=list(MOODS.values()))[0]
            log.in_hand += 1
        try:
            log.note(request, mood)
            log.is_free.wait(30)
            _act(mood, log, request, connection)
        finally:
            with log.lock:
                log.in_hand -= 1

    return handle


def _act(mood: str, log: Log, request: Received, connection: socket) -> None:
    if mood == "takes it":
        answer()(request, connection)
    elif mood == "fails":
        answer("500 Internal Server Error")(request, connection)
    elif mood == "hangs":
        log.over.wait(30)
    elif mood == "redirects":
        answer("307 Temporary Redirect", Location=SECOND_HOOK)(request, connection)
    else:
        # To the sender both look the same: nobody knows whether the message was taken.
        reset(request, connection)
