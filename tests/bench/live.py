"""From a candidate's frame to the examiner's wall, through the embedded profile as `make run` starts it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from django.db import connections

from accounts.models import Membership
from accounts.services import register_institution
from accounts.tenancy import tenant_scope
from exams import invitations
from exams.models import Exam
from exams.services import CandidateDetails, ExamSettings, add_candidate, create_exam
from tests.bench.visitors import Browser, Latencies, send_frames, sit_down, watch
from tests.flows.server import serving

EMAIL = "examiner@bench.example"
PASSWORD = "correct horse battery"
CROWDS = (1, 5, 10)
FRAMES_EACH = 30
LAST_ANSWER_S = 3.0


@dataclass(frozen=True, slots=True)
class Seat:
    session: str
    join_path: str


@dataclass(frozen=True, slots=True)
class Room:
    exam: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class LiveDelay:
    candidates: int
    frames_sent: int
    frames_told: int
    p50_ms: float | None
    p95_ms: float | None


def measure_live(var_dir: Path, models_dir: Path, jpegs: list[bytes]) -> list[LiveDelay]:
    """`var_dir` must be the one that Django was set up with, so that the server finds the same rows."""
    owner = register_institution(name="Bench", email=EMAIL, password=PASSWORD)
    rooms = [_furnish(owner, crowd) for crowd in CROWDS]
    connections.close_all()
    with serving(var_dir, models_dir=models_dir) as server:
        examiner = Browser(server.url)
        examiner.get("/login/")
        examiner.post("/login/", {"email": EMAIL, "password": PASSWORD})
        return [asyncio.run(_crowd(server.url, examiner, room, jpegs[:FRAMES_EACH])) for room in rooms]


def _furnish(owner: Membership, crowd: int) -> Room:
    with tenant_scope(owner.institution_id):
        settings = ExamSettings(title=f"{crowd} at once", duration_minutes=60)
        exam = create_exam(settings=settings, actor=owner.user)
        return Room(str(exam.id), tuple(_seat(exam, number) for number in range(crowd)))


def _seat(exam: Exam, number: int) -> Seat:
    details = CandidateDetails(external_id=f"{exam.id.hex[:8]}-{number}", name=f"Candidate {number}")
    session = add_candidate(exam=exam, details=details, actor=None)
    link = invitations.link_of(session.invitations.get())
    return Seat(str(session.id), urlsplit(link or "").path)


async def _crowd(url: str, examiner: Browser, room: Room, jpegs: list[bytes]) -> LiveDelay:
    latencies, ready = Latencies(), asyncio.Event()
    browsers = [Browser(url) for _ in room.seats]
    for browser, seat in zip(browsers, room.seats, strict=True):
        await asyncio.to_thread(sit_down, browser, seat.join_path, seat.session)
    watching = asyncio.create_task(watch(examiner, room.exam, latencies, ready))
    await asyncio.wait((asyncio.create_task(ready.wait()), watching), return_when=asyncio.FIRST_COMPLETED)
    # Browsers do not send in step: their frames spread over the second.
    await asyncio.gather(
        *(
            send_frames(browser, seat.session, jpegs, latencies, after_s=number / len(browsers))
            for number, (browser, seat) in enumerate(zip(browsers, room.seats, strict=True))
        )
    )
    await asyncio.sleep(LAST_ANSWER_S)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return _delay(len(browsers), len(browsers) * len(jpegs), latencies.told_after_ms)


def _delay(candidates: int, sent: int, told_after_ms: list[float]) -> LiveDelay:
    if len(told_after_ms) < 2:
        return LiveDelay(candidates, sent, len(told_after_ms), None, None)
    cuts = quantiles(told_after_ms, n=100, method="inclusive")
    return LiveDelay(candidates, sent, len(told_after_ms), round(cuts[49], 1), round(cuts[94], 1))
