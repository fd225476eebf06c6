"""A noisy institution with a moody receiver, a quiet one beside it, and a sender that dies many times."""

import math
import os
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from accounts.services import register_institution
from accounts.tenancy import tenant_scope
from tests.webhooks.receivers import Receiver, receiving
from tests.webhooks_storm.receiver import Log, moody, sound
from tests.webhooks_storm.sender import Part, Sender
from webhooks import outbox, services
from webhooks.models import Delivery, DeliveryState, Endpoint, Event
from webhooks.services import EndpointSettings

EVENT_TYPE = "session.started"
BURST = 10
QUIET_EVERY_S = 1.0
PATIENCE_S = 900.0
CALM_EVENTS = 15


@dataclass(frozen=True, slots=True)
class Tenant:
    institution_id: uuid.UUID
    endpoint: Endpoint
    log: Log
    sent_s: dict[str, float] = field(default_factory=dict)

    def publish(self, count: int) -> None:
        with tenant_scope(self.institution_id):
            for event in outbox.publish_all(
                EVENT_TYPE, [{"session": str(uuid.uuid4())} for _ in range(count)]
            ):
                self.sent_s[event.message_id] = event.created_at.timestamp()

    def waiting(self) -> int:
        with tenant_scope(self.institution_id):
            return Delivery.objects.exclude(state=DeliveryState.DELIVERED).count()

    def arrived(self) -> set[str]:
        with self.log.lock:
            return {arrival.message_id for arrival in self.log.arrivals}


@dataclass(frozen=True, slots=True)
class Outcome:
    events: int
    rolled_back: int
    kills: int
    in_hand_at_kills: list[int]
    requests: int
    moods: dict[str, int]
    missing: int
    undelivered: int
    invented: int
    unsigned: int
    redirects_followed: int
    ids_with_two_bodies: int
    sent_more_than_once_after_taken: int
    quiet_events: int
    quiet_missing: int
    quiet_in_calm_p50_s: float | None
    quiet_in_calm_p95_s: float | None
    quiet_in_storm: int
    quiet_in_storm_p50_s: float | None
    quiet_in_storm_p95_s: float | None
    quiet_in_storm_max_s: float | None
    took_s: float

    @property
    def promises_kept(self) -> bool:
        broken = (
            self.missing,
            self.undelivered,
            self.invented,
            self.unsigned,
            self.redirects_followed,
            self.ids_with_two_bodies,
            self.quiet_missing,
        )
        return not any(broken)

    def figures(self) -> dict[str, object]:
        return asdict(self) | {"promises_kept": self.promises_kept}

    def table(self) -> str:
        return "\n".join(f"{name.replace('_', ' '):32} {value}" for name, value in self.figures().items())


def blow(
    folder: Path, programs: tuple[Part, ...], *, event_count: int, kill_count: int, seed: int
) -> Outcome:
    call_command("migrate", verbosity=0)
    noisy_log, quiet_log = Log([]), Log([])
    noisy_log.is_free.set()
    with (
        receiving(moody(noisy_log, seed)) as noisy_receiver,
        receiving(sound(quiet_log)) as quiet_receiver,
    ):
        noisy = _tenant("noisy", noisy_receiver, noisy_log)
        quiet = _tenant("quiet", quiet_receiver, quiet_log)
        sender = Sender(programs, dict(os.environ), folder)
        sender.start()
        try:
            return _run(noisy, quiet, sender, event_count, kill_count)
        finally:
            noisy_log.over.set()
            sender.stop()


def _run(noisy: Tenant, quiet: Tenant, sender: Sender, event_count: int, kill_count: int) -> Outcome:
    """Calm; then half of the events between kills; then, all caught up, the other half at once."""
    started_s, over = time.time(), threading.Event()
    tapping = threading.Thread(target=_tap, args=(quiet, over))
    tapping.start()
    try:
        _until(lambda: len(quiet.arrived()) >= CALM_EVENTS)
        calm = (started_s, time.time())
        first_half = event_count // 2
        rolled_back, in_hand = _kill_often(noisy, sender, first_half, kill_count)
        # What came while nobody was there to send is sent first; that is no neighbour's fault.
        _until(lambda: quiet.waiting() <= 1)
        storm_s = time.time()
        noisy.publish(event_count - first_half)
        _until(lambda: noisy.waiting() == 0)
        storm = (storm_s, time.time())
    finally:
        over.set()
        tapping.join()
    _until(lambda: quiet.waiting() == 0)
    waits = [_waits_s(quiet, *span) for span in (calm, storm)]
    return _outcome(noisy, quiet, in_hand, rolled_back, waits, time.time() - started_s)


def _kill_often(
    noisy: Tenant, sender: Sender, event_count: int, kill_count: int
) -> tuple[set[str], list[int]]:
    """Events in bursts, each with one that is taken back, and a kill after every share of them."""
    in_hand: list[int] = []
    rolled_back: set[str] = set()
    for turn in range(kill_count):
        share = event_count * (turn + 1) // kill_count - event_count * turn // kill_count
        last = min(BURST, share)
        for first in range(last, share, BURST):
            noisy.publish(min(BURST, share - first))
            rolled_back.add(_roll_back(noisy))
        if turn == kill_count // 2:
            _rotate(noisy)
        in_hand.append(_kill_at_work(noisy, last, sender))
        rolled_back.add(_roll_back(noisy))
    return rolled_back, in_hand


def _tenant(name: str, receiver: Receiver, log: Log) -> Tenant:
    owner = register_institution(name=name, email=f"{name}@example.com", password="correct horse battery")
    with tenant_scope(owner.institution_id):
        made = services.create_endpoint(
            settings=EndpointSettings(receiver.url, (EVENT_TYPE,)), actor=owner.user
        )
    log.secrets.append(made.secret)
    return Tenant(owner.institution_id, made.endpoint, log)


def _rotate(tenant: Tenant) -> None:
    """From here on messages carry two signatures; the receiver has only the new secret."""
    with tenant_scope(tenant.institution_id):
        made = services.rotate_secret(endpoint=tenant.endpoint, actor=None)
    tenant.log.secrets.append(made.secret)


def _roll_back(tenant: Tenant) -> str:
    """An event whose cause came to nothing: nobody may ever hear of it."""
    with tenant_scope(tenant.institution_id), transaction.atomic():
        event: Event = outbox.publish(EVENT_TYPE, session="never was")
        transaction.set_rollback(True)
    return event.message_id


def _kill_at_work(tenant: Tenant, count: int, sender: Sender) -> int:
    """Kill while messages are in the receiver's hands; returns how many were."""
    tenant.log.is_free.clear()
    tenant.publish(count)
    _until(lambda: tenant.log.in_hand > 0)
    in_hand = tenant.log.in_hand
    sender.kill()
    tenant.log.is_free.set()
    return in_hand


def _tap(quiet: Tenant, over: threading.Event) -> None:
    while not over.wait(QUIET_EVERY_S):
        quiet.publish(1)
    connection.close()


def _until(happened: Callable[[], bool]) -> None:
    pause, end_s = threading.Event(), time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > end_s:
            raise RuntimeError("the storm does not end")
        pause.wait(0.01)


def _waits_s(quiet: Tenant, from_s: float, to_s: float) -> list[float]:
    """How long the quiet institution waited for each message that it sent in this time."""
    with quiet.log.lock:
        came_s = {arrival.message_id: arrival.at_s for arrival in reversed(quiet.log.arrivals)}
    return [came_s[one] - sent_s for one, sent_s in quiet.sent_s.items() if from_s <= sent_s <= to_s]


def _outcome(
    noisy: Tenant,
    quiet: Tenant,
    in_hand: list[int],
    rolled_back: set[str],
    waits_s: list[list[float]],
    took_s: float,
) -> Outcome:
    calm_s, storm_s = waits_s
    arrived, sent = noisy.arrived(), set(noisy.sent_s)
    arrivals = noisy.log.arrivals
    bodies = {(arrival.message_id, arrival.body) for arrival in arrivals}
    taken = Counter(arrival.message_id for arrival in arrivals if arrival.mood.startswith("takes it"))
    return Outcome(
        events=len(sent),
        rolled_back=len(rolled_back),
        kills=len(in_hand),
        in_hand_at_kills=in_hand,
        requests=len(arrivals),
        moods=dict(noisy.log.moods()),
        missing=len(sent - set(taken)),
        undelivered=noisy.waiting(),
        invented=len(arrived - sent) + len(arrived & rolled_back),
        unsigned=len(noisy.log.unsigned) + len(quiet.log.unsigned),
        redirects_followed=noisy.log.followed,
        ids_with_two_bodies=len(bodies) - len(arrived),
        sent_more_than_once_after_taken=sum(count > 1 for count in taken.values()),
        quiet_events=len(quiet.sent_s),
        quiet_missing=len(set(quiet.sent_s) - quiet.arrived()),
        quiet_in_calm_p50_s=_share(calm_s, 0.5),
        quiet_in_calm_p95_s=_share(calm_s, 0.95),
        quiet_in_storm=len(storm_s),
        quiet_in_storm_p50_s=_share(storm_s, 0.5),
        quiet_in_storm_p95_s=_share(storm_s, 0.95),
        quiet_in_storm_max_s=_share(storm_s, 1.0),
        took_s=round(took_s, 1),
    )


def _share(waits_s: list[float], share: float) -> float | None:
    """Below what this share of the waits lies."""
    return round(sorted(waits_s)[max(0, math.ceil(share * len(waits_s)) - 1)], 3) if waits_s else None
