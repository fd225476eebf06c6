"""One stack serves all of these: it is the production profile, and each part comes back under its name."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from random import Random
from urllib.request import ProxyHandler, Request, build_opener

import psycopg
import pytest

from bench.crowd import Plan
from bench.load import CrowdOrder, put_load
from bench.looking_up import look_up
from bench.room_client import Event, RoomClient
from tests.stack.seeded import Seat, Seeded
from tests.stack.stack import Stack, running_stack

pytestmark = pytest.mark.production_only
CSRF = "c" * 32
LIMIT_S = 120


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(web=2) as running:
        yield running


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Seeded:
    return stack.seed(candidates=3, exam={"title": "Logic II"})


def ticket_for(seat: Seat, url: str) -> str:
    request = Request(
        f"{url}/room/{seat.session}/ticket/",
        data=b"{}",
        headers={
            "Cookie": f"sessionid={seat.cookie}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/json",
        },
    )
    with build_opener(ProxyHandler({})).open(request, timeout=60) as response:
        ticket: str = json.load(response)["ticket"]
        return ticket


def test_every_candidate_sits_the_exam_and_each_web_process_knows_them(stack: Stack, seeded: Seeded) -> None:
    with psycopg.connect(stack.services.reading_url) as database:
        rows = database.execute(
            "SELECT id::text, state FROM exams_session WHERE exam_id = %s", [seeded.exam]
        ).fetchall()
        durable = (
            database.execute("SHOW fsync").fetchone(),
            database.execute("SHOW synchronous_commit").fetchone(),
        )
    assert {session for session, _ in rows} == {seat.session for seat in seeded.seats}
    assert {state for _, state in rows} == {"running"}
    assert durable == (("on",), ("on",))
    tickets = {ticket_for(seeded.seats[0], url) for url in (stack.url, *stack.urls)}
    assert len(tickets) == 3


def candidate(stack: Stack, seat: Seat) -> RoomClient:
    return RoomClient(url=stack.url, session=seat.session, cookie=seat.cookie, dice=Random(1))


def test_a_candidate_loses_the_line_and_says_things_twice_and_every_event_is_kept_once(
    stack: Stack, seeded: Seeded
) -> None:
    client = candidate(stack, seeded.seats[2])

    async def sit() -> None:
        client.start()
        await client.welcomed()
        first = client.record("window_blur")
        await client.settled()
        client.resend(first)
        client.say_text("{")
        client.cut()
        client.record("window_focus")
        client.record("tab_hidden")
        await client.settled()
        await client.stop()

    asyncio.run(asyncio.wait_for(sit(), LIMIT_S))
    with psycopg.connect(stack.services.reading_url) as database:
        kept = database.execute(
            "SELECT seq, record->>'ev' FROM proctoring_observation"
            " WHERE session_id = %s AND stream = 'browser' ORDER BY seq",
            [client.session],
        ).fetchall()
    assert kept == [(1, "window_blur"), (2, "window_focus"), (3, "tab_hidden")]
    assert client.acked == [1, 2, 3]
    assert (client.counts.events, client.counts.acked) == (3, 3)
    assert client.counts.connections == 2
    assert len(client.ack_ms) == 3


def test_a_small_load_loses_nothing_and_its_wall_is_told(stack: Stack) -> None:
    seeded = stack.seed(candidates=4, institution="Load", exam={"watch_webcam": False})
    order = CrowdOrder("few", seeded.for_load(), Plan(ramp_s=1, hold_s=3, duplicates=0.5, malformed=0.2))
    load = asyncio.run(
        put_load(
            stack.url,
            [order],
            database_url=stack.services.reading_url,
            watched={"web": [program.pid for program in stack.web]},
        )
    )
    (figures,) = load.crowds
    assert (figures.candidates, figures.connected_at_the_end) == (4, 4)
    assert figures.events.acked == figures.events.due > 0
    assert (figures.events.lost, figures.events.changed, figures.events.unanswered) == (0, 0, 0)
    assert set(load.used) == {"load client", "web"}


def test_an_event_that_nobody_keeps_is_found_missing(stack: Stack, seeded: Seeded) -> None:
    client = candidate(stack, seeded.seats[2])
    client.events = {
        1: Event(1, 0, "window_blur", 0.0),
        2: Event(2, 0, "copy", 0.0),
        99: Event(99, 0, "copy", 0.0),
    }
    assert look_up(stack.services.reading_url, [client]) == (1, 1)


def test_one_web_process_is_killed_and_the_shared_address_goes_on(stack: Stack, seeded: Seeded) -> None:
    stack.web[0].kill()
    try:
        assert ticket_for(seeded.seats[0], stack.url)
    finally:
        stack.web[0].start()
    assert ticket_for(seeded.seats[0], stack.urls[0])


def test_services_come_back_on_the_same_port_and_the_database_with_its_data(
    stack: Stack, seeded: Seeded
) -> None:
    stack.postgres.stop(signal.SIGQUIT)
    stack.postgres.start()
    stack.redis.stop()
    stack.redis.start()
    with psycopg.connect(stack.services.reading_url) as database:
        kept = database.execute(
            "SELECT count(*) FROM exams_session WHERE exam_id = %s", [seeded.exam]
        ).fetchone()
    assert kept == (len(seeded.seats),)
    assert ticket_for(seeded.seats[1], stack.urls[1])


def test_the_demonstration_names_an_examiner_and_a_candidates_link(stack: Stack) -> None:
    examiner, candidate_line = stack.run("-m", "tests.stack.demo").splitlines()
    assert examiner.startswith("Examiner   examiner@demo.example  password ")
    assert candidate_line.startswith(f"Candidate  {stack.url}/join/")


def test_a_taken_port_is_named(stack: Stack) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.stack", "--port", str(stack.port)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {stack.port} is taken")


def test_workers_stand_back_behind_web_processes(stack: Stack) -> None:
    children = [child for worker in stack.workers for child in worker.children()]
    (first,) = {os.getpriority(os.PRIO_PROCESS, program.pid) for program in stack.web}
    assert {os.getpriority(os.PRIO_PROCESS, child) - first for child in children} == {10}


def test_a_worker_is_killed_and_takes_its_queues_again(stack: Stack) -> None:
    worker = stack.worker("jobs")
    (child,) = worker.children()
    worker.kill()
    worker.start()
    assert worker.is_running
    assert child not in worker.tree()
