"""A row of the fault table: what is broken while candidates sit, and what the oracle says afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.faults.ground import Ground
from tests.faults.ledger import OF_THE_SERVER, Sitting, read_sitting, reported_flags, told_flags
from tests.faults.sitting import Sitter, until_settled
from tests.faults.waiting import let_it_last

BEFORE_S = 2.0
RECOVERED_WITHIN_S = 60.0
# One worker makes the reports of all candidates of a row.
RESULT_WITHIN_S = 2.0
WELCOMED_WITHIN_S = 60.0
LOOK_AGAIN_S = 0.25
BREAKS_WITHIN_S = 0.5


def nothing(_ground: Ground) -> None:
    """Nothing breaks."""


@dataclass(frozen=True, slots=True)
class Row:
    """`fault` breaks something and mends it again; `at_the_end` does so while the results are made.

    `may_say` are the exceptions that a process may write a traceback of while it lasts: what broke is told
    in logs, and everything else is a mistake of ours. `by_the_bad_line`: the candidates' line is proxied.
    """

    number: str
    name: str
    did: str
    fault: Callable[[Ground], None] = nothing
    at_the_end: Callable[[Ground], None] = nothing
    may_say: frozenset[str] = frozenset()
    must_say: frozenset[str] = frozenset()
    sitter: type[Sitter] = Sitter
    candidates: int = 3
    seconds: float = 10.0
    by_the_bad_line: bool = False
    times_are_known: bool = True
    # A fault that delayed no acknowledgement by so much has broken nothing, and the row proves nothing.
    felt_ms: float = 0.0
    in_short: bool = False
    needs_root: bool = False


@dataclass(slots=True)
class Outcome:
    number: str
    name: str
    did: str
    sent: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    flags: int = 0
    recovery_s: float | None = None
    worst_ack_ms: float = 0.0
    results_s: float | None = None
    is_tried: bool = True
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return not self.broken


def run_row(row: Row, ground: Ground, *, seed: int) -> Outcome:
    outcome = Outcome(row.number, row.name, row.did)
    logs = ground.logs()
    url = ground.room_url if row.by_the_bad_line else ground.stack.url
    sitters = asyncio.run(_sit(row, ground, url, seed, outcome))
    try:
        _end(row, ground, sitters, outcome)
        _judge(ground, row, sitters, outcome)
    finally:
        ground.make_good()
    _judge_logs(row, logs.errors(), outcome)
    verified = ground.stack.run("manage.py", "audit", "verify")
    if "whole" not in verified:
        outcome.broken.append(f"the audit chain: {verified.strip()}")
    return outcome


def _judge_logs(row: Row, errors: Counter[str], outcome: Outcome) -> None:
    for kind, count in sorted(errors.items()):
        if kind in row.may_say:
            outcome.notes.append(f"{count} times {kind} in the logs")
        else:
            outcome.broken.append(f"{count} times {kind} in the logs, with a traceback")
    if row.must_say and not row.must_say & errors.keys():
        outcome.broken.append(
            f"the fault was not felt: the logs name none of {', '.join(sorted(row.must_say))}"
        )


async def _sit(row: Row, ground: Ground, url: str, seed: int, outcome: Outcome) -> list[Sitter]:
    sitters = [
        row.sitter(url, ground.seat(), seed=1000 * seed + number, seconds=row.seconds)
        for number in range(row.candidates)
    ]
    for sitter in sitters:
        sitter.start()
    try:
        async with asyncio.timeout(WELCOMED_WITHIN_S):
            await asyncio.gather(*(sitter.welcomed() for sitter in sitters))
        living = asyncio.gather(*(sitter.live() for sitter in sitters))
        await asyncio.sleep(BEFORE_S)
        await asyncio.to_thread(row.fault, ground)
        outcome.recovery_s = await _recovered(sitters)
        await living
        await until_settled(sitters, within_s=RECOVERED_WITHIN_S)
    finally:
        await asyncio.gather(*(sitter.stop() for sitter in sitters))
    _count(sitters, outcome, row.felt_ms)
    return sitters


async def _recovered(sitters: Sequence[Sitter]) -> float | None:
    """How long it takes from now until all that was said before now is acknowledged."""
    begun_s = time.monotonic()
    said = [(sitter, set(sitter.unacked)) for sitter in sitters]
    while any(seqs & sitter.unacked.keys() for sitter, seqs in said):
        if time.monotonic() - begun_s > RECOVERED_WITHIN_S:
            return None
        await asyncio.sleep(0.02)
    return time.monotonic() - begun_s


def _count(sitters: Sequence[Sitter], outcome: Outcome, felt_ms: float) -> None:
    outcome.sent = sum(len(sitter.events) for sitter in sitters)
    outcome.acknowledged = sum(len(sitter.acked) for sitter in sitters)
    outcome.worst_ack_ms = max((wait for sitter in sitters for wait in sitter.ack_ms), default=0.0)
    frames: Counter[str] = sum((sitter.counts.frame_outcomes for sitter in sitters), Counter())
    outcome.notes += [f"{count} frames {what}" for what, count in sorted(frames.items())]
    closes: Counter[int] = sum((sitter.counts.closes for sitter in sitters), Counter())
    outcome.notes += [f"{count} sockets closed with {code}" for code, count in sorted(closes.items())]
    if outcome.worst_ack_ms < felt_ms:
        outcome.broken.append(f"the fault was not felt: every acknowledgement came within {felt_ms:.0f} ms")
    if outcome.recovery_s is None:
        outcome.broken.append(f"not recovered within {RECOVERED_WITHIN_S:.0f} s")


def _end(row: Row, ground: Ground, sitters: Sequence[Sitter], outcome: Outcome) -> None:
    """Every sitting is handed in while the second fault lasts; then the clock runs until all is there."""
    with ThreadPoolExecutor(1) as other:
        breaking = other.submit(row.at_the_end, ground)
        let_it_last(BREAKS_WITHIN_S if row.at_the_end is not nothing else 0)
        _hand_in(ground, sitters)
        breaking.result()
    begun_s, limit_s = time.monotonic(), RECOVERED_WITHIN_S + RESULT_WITHIN_S * len(sitters)
    if row.at_the_end is not nothing and not _missing(ground, sitters):
        outcome.broken.append("the fault was not felt: every result was there when it ended")
    while missing := _missing(ground, sitters):
        if time.monotonic() - begun_s > limit_s:
            outcome.broken.append(f"results after {limit_s:.0f} s: {missing}")
            return
        time.sleep(LOOK_AGAIN_S)
    outcome.results_s = time.monotonic() - begun_s


def _hand_in(ground: Ground, sitters: Sequence[Sitter]) -> None:
    body = {"completion_status": "completed"}
    for sitter in sitters:
        path = f"sessions/{sitter.session}/end/"
        ground.api_again("POST", path, body, within_s=RECOVERED_WITHIN_S)


def _missing(ground: Ground, sitters: Sequence[Sitter]) -> str:
    with ground.database() as database:
        for sitter in sitters:
            found = read_sitting(database, sitter.session)
            if found.unfinished_jobs:
                return "; ".join(found.unfinished_jobs)[:300]
            if not found.reports:
                return "no report"
            if found.waiting_deliveries:
                return f"{found.waiting_deliveries} webhooks on their way"
    return ""


def _judge(ground: Ground, row: Row, sitters: Sequence[Sitter], outcome: Outcome) -> None:
    bodies = ground.mailbox.taken()
    with ground.database() as database:
        for sitter in sitters:
            found = read_sitting(database, sitter.session)
            _judge_events(sitter, found, outcome)
            _judge_flags(row, sitter, found, outcome)
            _judge_told(ground, sitter, found, told_flags(bodies, sitter.session), outcome)
    if ground.mailbox.two_bodies:
        outcome.broken.append(f"{len(ground.mailbox.two_bodies)} webhook ids with two bodies")


def _judge_events(sitter: Sitter, found: Sitting, outcome: Outcome) -> None:
    lost = [seq for seq in sitter.acked if seq not in found.events]
    outcome.lost += len(lost)
    if lost:
        outcome.broken.append(f"{len(lost)} acknowledged events are not in the database")
    said = {seq: event.name for seq, event in sitter.events.items()}
    if found.events != said:
        outcome.broken.append(
            f"{len(said)} events were said, {len(found.events)} are there,"
            f" {len(sitter.unacked)} were never acknowledged"
        )


def _judge_flags(row: Row, sitter: Sitter, found: Sitting, outcome: Outcome) -> None:
    expected, flags = Counter(sitter.expected()), Counter(found.flags.values())
    ours = Counter({flag: count for flag, count in flags.items() if flag.rule not in OF_THE_SERVER})
    if not row.times_are_known:
        expected = Counter(flag.rule for flag in sitter.expected())  # type: ignore[assignment]
        ours = Counter(flag.rule for flag in ours.elements())  # type: ignore[assignment]
    outcome.flags += ours.total()
    outcome.duplicated += sum(count - 1 for count in flags.values())
    if missing := expected - ours:
        outcome.broken.append(f"flags missing: {sorted(map(str, missing))}")
    if invented := ours - expected:
        outcome.broken.append(f"flags invented: {sorted(map(str, invented))}")


def _judge_told(ground: Ground, sitter: Sitter, found: Sitting, told: Counter[str], outcome: Outcome) -> None:
    outcome.duplicated += sum(count - 1 for count in told.values())
    raised = [*found.flags, *found.taken_back]
    if told != Counter(raised):
        outcome.broken.append(f"webhooks told of {told.total()} flags, the database has {len(raised)}")
    if found.taken_back:
        outcome.notes.append(f"{len(found.taken_back)} flags taken back by the final replay")
    report = ground.api("GET", f"sessions/{sitter.session}/report/")
    rules = frozenset(flag.rule for flag in found.flags.values())
    listed = reported_flags(report, rules=rules)
    if listed != Counter(found.flags.values()):
        outcome.broken.append(f"the report lists {listed.total()} flags, the database has {len(found.flags)}")
    if not ground.file(f"sessions/{sitter.session}/report.pdf").startswith(b"%PDF-"):
        outcome.broken.append("the report is no PDF")
