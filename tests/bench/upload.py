"""What a candidate's browser sends at the default settings: a real one, counted on its line.

`python -m tests.bench.upload` prints JSON. The plain film is the scripted recording; the noisy one is the
same with the grain of a cheap webcam, which makes larger pictures. The slow line carries 64 kbit/s up.
Recorded exams send the same and their video; one where nothing is flagged may not send any.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import django
import numpy as np
from playwright.sync_api import Browser, Page

from tests.bench.machine import recording, this_machine
from tests.flows.browser import browser_with_camera, hide_tab, show_tab
from tests.flows.fake_camera import write_mjpeg
from tests.flows.line import Line, line_to
from tests.flows.server import Server, serving

SETTLE_S = 45.0
SECONDS = 60.0
SLOW_BITS_PER_S = 64_000
FILM_S = 12
GRAIN = 9.0
FACT_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Upload:
    """`up_kbit_per_s` is all that goes up: pictures, facts, and what HTTP and the socket add.

    `fact_ms` is the time from leaving the tab to that fact in the database. `video_pieces` came within the
    same seconds; `flags` are all of the sitting that would ask for some.
    """

    film: str
    recording: str
    line_kbit_per_s: float | None
    seconds: float
    up_kbit_per_s: float
    pictures_per_s: float
    video_pieces: int
    flags: int
    fact_ms: int


@dataclass(frozen=True, slots=True)
class Run:
    film: str = "plain"
    slow_bits_per_s: float | None = None
    recording: str = "none"


RUNS = (
    Run(),
    Run(film="noisy"),
    Run(slow_bits_per_s=SLOW_BITS_PER_S),
    Run(recording="flagged"),
    Run(recording="full"),
    Run(film="noisy", recording="full"),
)


def measure_upload() -> list[Upload]:
    clip, models_dir = recording()
    with tempfile.TemporaryDirectory(prefix="invigil-upload-") as folder:
        films = {"plain": write_mjpeg(clip, Path(folder) / "plain.mjpeg", to_s=FILM_S)}
        films["noisy"] = _with_grain(films["plain"], Path(folder) / "noisy.mjpeg")
        return [_measured(run, films[run.film], models_dir) for run in RUNS]


def _measured(run: Run, film: Path, models_dir: Path) -> Upload:
    with _sitting(film, models_dir, run.recording) as (page, line, server):
        line.up_bits_per_s = run.slow_bits_per_s
        page.wait_for_timeout(SETTLE_S * 1000)
        before, begun_s = _count(line, server), time.monotonic()
        page.wait_for_timeout(SECONDS * 1000)
        lasted_s, after = time.monotonic() - begun_s, _count(line, server)
        return Upload(
            film=run.film,
            recording=run.recording,
            line_kbit_per_s=run.slow_bits_per_s and run.slow_bits_per_s / 1000,
            seconds=round(lasted_s, 1),
            up_kbit_per_s=round((after.up_bytes - before.up_bytes) * 8 / 1000 / lasted_s, 1),
            pictures_per_s=round((after.pictures - before.pictures) / lasted_s, 2),
            video_pieces=after.video_pieces - before.video_pieces,
            flags=after.flags,
            fact_ms=_fact_ms(page, server),
        )


@dataclass(frozen=True, slots=True)
class _Count:
    up_bytes: int
    pictures: int
    video_pieces: int
    flags: int


def _count(line: Line, server: Server) -> _Count:
    pieces = _number(server, "select count(*) from proctoring_piece")
    flags = _number(server, "select count(*) from proctoring_flag where severity <> 'info'")
    return _Count(line.up_bytes, _stored(server, "video"), pieces, flags)


@contextmanager
def _sitting(film: Path, models_dir: Path, recording: str) -> Iterator[tuple[Page, Line, Server]]:
    with (
        tempfile.TemporaryDirectory(prefix="invigil-upload-") as folder,
        serving(Path(folder), models_dir=models_dir) as server,
        browser_with_camera(film) as browser,
        line_to(server.url) as line,
    ):
        yield _seated(browser, server, line, recording), line, server


def _seated(browser: Browser, server: Server, line: Line, recording: str) -> Page:
    # Only now: the flows know Django, which whoever measures has set up.
    from tests.flows.test_one_exam import add_candidate, create_exam, join, register, start

    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam(examiner, recording=recording)
    link = add_candidate(examiner).replace(server.url, line.url)
    examiner.close()
    page = browser.new_context(base_url=line.url).new_page()
    join(page, link)
    start(page)
    return page


def _fact_ms(page: Page, server: Server) -> int:
    """Leaving the tab, until the server has it."""
    before, begun_s = _stored(server, "browser"), time.monotonic()
    hide_tab(page)
    show_tab(page)
    while _stored(server, "browser") <= before and time.monotonic() - begun_s < FACT_LIMIT_S:
        page.wait_for_timeout(20)
    return round((time.monotonic() - begun_s) * 1000)


def _stored(server: Server, stream: str) -> int:
    return _number(server, "select count(*) from proctoring_observation where stream = ?", stream)


def _number(server: Server, query: str, *values: str) -> int:
    with closing(sqlite3.connect(f"file:{server.var_dir}/invigil.sqlite3?mode=ro", uri=True)) as database:
        return int(database.execute(query, values).fetchone()[0])


def _with_grain(film: Path, target: Path) -> Path:
    """Every fifth of the film's pictures with grain, each shown five times as long."""
    pictures = film.read_bytes().split(b"\xff\xd8\xff")[1:]
    random = np.random.default_rng(1)
    with target.open("wb") as noisy:
        for picture in pictures[::5]:
            image = cv2.imdecode(np.frombuffer(b"\xff\xd8\xff" + picture, np.uint8), cv2.IMREAD_COLOR)
            assert image is not None
            grained = np.clip(image + random.normal(0, GRAIN, image.shape), 0, 255).astype(np.uint8)
            encoded = cv2.imencode(".jpg", grained, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
            noisy.write(encoded.tobytes() * 5)
    return target


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="invigil-upload-") as var_dir:
        os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.base", VAR_DIR=var_dir)
        django.setup()
        uploads = [asdict(upload) for upload in measure_upload()]
    print(json.dumps({"machine": asdict(this_machine()), "upload": uploads}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
