"""Rows in which processes of ours are killed, hang, are deployed anew or run twice."""

import os
import signal
from contextlib import suppress

from tests.faults.broken_services import REDIS_ERRORS
from tests.faults.candidates import Filmed, Hanging, Poisonous
from tests.faults.ground import Ground
from tests.faults.row import Row
from tests.faults.waiting import let_it_last
from tests.services.process import Program, started

WORKER_ERRORS = frozenset({"WorkerLostError", "TimeLimitExceeded", "Terminated", "ExceptionWithTraceback"})
CLOSED = frozenset({"ConnectionClosedError", "ConnectionClosedOK", "ClientDisconnected"})


def kill_worker_children(ground: Ground) -> None:
    """Whatever does frames or jobs dies in the middle, four times."""
    for _ in range(4):
        for worker in ground.stack.workers:
            for child in worker.children()[:1]:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        let_it_last(1)


def kill_workers(ground: Ground) -> None:
    for worker in ground.stack.workers:
        worker.kill()
    let_it_last(3)
    for worker in ground.stack.workers:
        worker.start()


def kill_the_job_worker(ground: Ground) -> None:
    """Twice while reports are being made and webhooks sent."""
    worker = ground.stack.worker("jobs")
    for pause_s in (1.0, 1.0):
        let_it_last(pause_s)
        worker.kill()
        worker.start()


def kill_a_web_process(ground: Ground) -> None:
    web = ground.stack.web[0]
    web.kill()
    let_it_last(2)
    web.start()


def kill_every_web_process(ground: Ground) -> None:
    for web in ground.stack.web:
        web.kill()
    let_it_last(3)
    for web in ground.stack.web:
        web.start()


def deploy(ground: Ground) -> None:
    """One process after the other is asked to end and started again, as a rolling deploy does."""
    for web in ground.stack.web:
        web.stop(limit_s=30)
        web.start()


def run_two_beats(ground: Ground) -> None:
    beat = ground.stack.beat
    words = [word.replace("beat-schedule", "beat-schedule-two") for word in beat.command]
    second = Program(
        "beat two",
        words,
        beat.log.with_name("beat-two.log"),
        ready=lambda program: "beat: Starting" in program.written(),
        environment=beat.environment,
        cwd=beat.cwd,
    )
    with started(second):
        let_it_last(8)
    beat.kill()
    let_it_last(2)
    beat.start()


ROWS = (
    Row(
        "1",
        "worker child killed",
        "kill -9 of a child of every worker, four times in 4 s",
        kill_worker_children,
        may_say=WORKER_ERRORS,
        sitter=Filmed,
    ),
    Row(
        "2",
        "workers killed",
        "kill -9 of every worker with all children, started again after 3 s",
        kill_workers,
        may_say=WORKER_ERRORS,
        sitter=Filmed,
        in_short=True,
    ),
    Row(
        "3",
        "poisonous frames",
        "pictures that end their worker with SIGSEGV",
        may_say=WORKER_ERRORS,
        must_say=frozenset({"WorkerLostError", "ExceptionWithTraceback"}),
        sitter=Poisonous,
        seconds=20,
    ),
    Row(
        "4",
        "worker hangs",
        "pictures of which the observer never comes back",
        may_say=WORKER_ERRORS,
        must_say=frozenset({"TimeLimitExceeded", "ExceptionWithTraceback"}),
        sitter=Hanging,
        seconds=26,
    ),
    Row(
        "5",
        "web process killed",
        "kill -9 of one of two, started again after 2 s",
        kill_a_web_process,
        may_say=CLOSED,
    ),
    Row(
        "5b",
        "every web process killed",
        "kill -9 of both, started again after 3 s",
        kill_every_web_process,
        may_say=CLOSED,
        felt_ms=2000,
    ),
    Row(
        "6",
        "deploy with open sockets",
        "each web process asked to end and started again",
        deploy,
        may_say=CLOSED,
        seconds=16,
    ),
    Row(
        "29",
        "report interrupted",
        "kill -9 of the job worker twice while reports are made",
        at_the_end=kill_the_job_worker,
        may_say=WORKER_ERRORS | REDIS_ERRORS,
    ),
    Row("31", "two beats, then none", "a second beat for 8 s, then none for 2 s", run_two_beats),
)
