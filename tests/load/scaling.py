"""docs/scaling.md: what a number of candidates needs, computed from the figures of one load alone.

`python -m tests.load.scaling` writes it from var/load.json; `make test-load` does so at its end.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.load import CLIENT
from tests.load.table import markdown
from tests.stack.stack import ROOT

FIGURES = ROOT / "var" / "load.json"
DOCUMENT = ROOT / "docs" / "scaling.md"
CANDIDATES = (1_000, 10_000, 100_000)
# A core that is busier than this lets things wait.
BUSY = 0.7
HOUR_S = 3600

TEXT = """# How much of everything

Written by `make test-load` from the figures in `docs/load.md`; nothing here is typed by hand.
Measured on {machine}.

One thing costs, in processor time:

{costs}

Every candidate sends one event and one picture a second, and every picture is looked at. A core is busy
for at most {busy:.0%} of its time:

{needs}

- Web processes: one for each core, `python manage.py web --port 8000`; all share the port. The server is
  uvicorn with `websockets-sansio`; why is said in `docs/decisions/0019-under-load.md`.
- Frame workers: `celery -A config worker -Q frames -c CORES`, on as many machines as it takes: they
  share nothing.
- Fold workers: `-Q folds`. Where they are too few, flags from events come late and none is lost.
- Objects, identity and sound are not in these figures; each is switched on by the exam, and what it
  costs stands in `docs/performance.md`.
- PostgreSQL is one server. What it writes ahead is what its disk has to bear. Where a line asks it for
  more cores than one server has, give groups of institutions installations of their own: they share
  nothing.
- Where video is recorded, each candidate adds 90 kbit/s for the camera, 16 for sound and 90 for the
  screen, to the network and to the bucket (`docs/recording.md`); pictures for flags are a few hundred kB
  a sitting.
- Rarely does anybody cause an event every second: this is the load that nothing may be lost under.
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor time in ms and bytes of one event and of one picture."""

    web_event_ms: float
    postgres_event_ms: float
    folds_event_ms: float
    redis_event_ms: float
    web_frame_ms: float
    postgres_frame_ms: float
    frames_frame_ms: float
    redis_frame_ms: float
    event_sent_bytes: float
    frame_sent_bytes: float
    event_stored_bytes: float
    frame_stored_bytes: float
    event_wal_bytes: float
    frame_wal_bytes: float


def costs_of(scenes: Mapping[str, Any]) -> Costs:
    """From the scenes `events` and `frames`; a picture costs what remains beside its scene's events."""
    events, frames = scenes["events"], scenes["frames"]
    event = {name: _event_ms(events, name) for name in events["load"]["used"] if name != CLIENT}
    rate = float(_crowd(frames)["events"]["acked_a_second"])
    pictures = float(_crowd(frames)["frames"]["recorded_a_second"])

    def picture_ms(name: str) -> float:
        spent_ms = 10 * float(frames["load"]["used"][name]["core_percent"])
        return max(0.0, (spent_ms - rate * event[name]) / pictures)

    sent, stored, wal = (_bytes_each(events, key) for key in ("sent_bytes", "database_bytes", "wal_bytes"))
    beside = int(_crowd(frames)["events"]["sent"])

    def picture_bytes(key: str, each: float, count: int) -> float:
        return max(0.0, (_total_bytes(frames, key) - beside * each) / count)

    taken, recorded = (_crowd(frames)["frames"]["sent"], _crowd(frames)["frames"]["outcomes"]["recorded"])
    return Costs(
        web_event_ms=event["web"],
        postgres_event_ms=event["PostgreSQL"],
        folds_event_ms=event["worker folds"],
        redis_event_ms=event["Redis"],
        web_frame_ms=picture_ms("web"),
        postgres_frame_ms=picture_ms("PostgreSQL"),
        frames_frame_ms=picture_ms("worker frames"),
        redis_frame_ms=picture_ms("Redis"),
        event_sent_bytes=sent,
        frame_sent_bytes=picture_bytes("sent_bytes", sent, taken),
        event_stored_bytes=stored,
        frame_stored_bytes=picture_bytes("database_bytes", stored, recorded),
        event_wal_bytes=wal,
        frame_wal_bytes=picture_bytes("wal_bytes", wal, recorded),
    )


def document(figures: Mapping[str, Any]) -> str:
    costs = costs_of({scene["name"]: scene for scene in figures["scenes"]})
    machine = figures["machine"]
    words = f"{machine['processor']}, {machine['cores']} cores, {machine['date'][:10]}"
    return TEXT.format(machine=words, busy=BUSY, costs=_costs(costs), needs=_needs(costs))


def _costs(costs: Costs) -> str:
    rows = [
        ("web, ms", f"{costs.web_event_ms:.2f}", f"{costs.web_frame_ms:.2f}"),
        ("PostgreSQL, ms", f"{costs.postgres_event_ms:.2f}", f"{costs.postgres_frame_ms:.2f}"),
        ("fold worker, ms", f"{costs.folds_event_ms:.2f}", ""),
        ("frame worker, ms", "", f"{costs.frames_frame_ms:.2f}"),
        ("Redis, ms", f"{costs.redis_event_ms:.2f}", f"{costs.redis_frame_ms:.2f}"),
        ("sent, bytes", f"{costs.event_sent_bytes:.0f}", f"{costs.frame_sent_bytes:.0f}"),
        ("in the database, bytes", f"{costs.event_stored_bytes:.0f}", f"{costs.frame_stored_bytes:.0f}"),
        ("written ahead, bytes", f"{costs.event_wal_bytes:.0f}", f"{costs.frame_wal_bytes:.0f}"),
    ]
    return markdown(("", "an event", "a picture"), rows)


def _needs(costs: Costs) -> str:
    columns = ("", *(f"{count:,} candidates" for count in CANDIDATES))
    web_ms = costs.web_event_ms + costs.web_frame_ms
    postgres_ms = costs.postgres_event_ms + costs.postgres_frame_ms
    redis_ms = costs.redis_event_ms + costs.redis_frame_ms
    sent = costs.event_sent_bytes + costs.frame_sent_bytes
    stored = costs.event_stored_bytes + costs.frame_stored_bytes
    wal = costs.event_wal_bytes + costs.frame_wal_bytes
    rows = [
        ("cores for web processes", *(_cores(web_ms, count) for count in CANDIDATES)),
        ("cores for PostgreSQL", *(_cores(postgres_ms, count) for count in CANDIDATES)),
        ("cores for frame workers", *(_cores(costs.frames_frame_ms, count) for count in CANDIDATES)),
        ("cores for fold workers", *(_cores(costs.folds_event_ms, count) for count in CANDIDATES)),
        ("cores for Redis", *(_cores(redis_ms, count) for count in CANDIDATES)),
        ("network in, Mbit/s", *(f"{8 * sent * count / 1e6:,.0f}" for count in CANDIDATES)),
        ("database, GB an hour of exam", *(f"{stored * count * HOUR_S / 1e9:,.1f}" for count in CANDIDATES)),
        ("written ahead, MB a second", *(f"{wal * count / 1e6:,.1f}" for count in CANDIDATES)),
    ]
    return markdown(columns, rows)


def _cores(ms_a_second: float, count: int) -> str:
    """At least a tenth: nothing is free."""
    return f"{max(0.1, count * ms_a_second / 1000 / BUSY):,.1f}"


def _crowd(scene: Mapping[str, Any]) -> Mapping[str, Any]:
    crowd: Mapping[str, Any] = scene["load"]["crowds"][0]
    return crowd


def _event_ms(scene: Mapping[str, Any], program: str) -> float:
    percent = scene["load"]["used"][program]["core_percent"] or 0.0
    return 10 * float(percent) / float(_crowd(scene)["events"]["acked_a_second"])


def _bytes_each(scene: Mapping[str, Any], key: str) -> float:
    return _total_bytes(scene, key) / float(_crowd(scene)["events"]["sent"])


def _total_bytes(scene: Mapping[str, Any], key: str) -> float:
    """Of the whole scene, its ramp too."""
    return float(_crowd(scene)[key] if key == "sent_bytes" else scene["stored"][key])


def main() -> int:
    if not FIGURES.is_file():
        print("There are no figures yet: make test-load", file=sys.stderr)
        return 1
    DOCUMENT.write_text(document(json.loads(FIGURES.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
