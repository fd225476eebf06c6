"""Sittings drawn from a seed: a quiet one, and one whose second half is unlike its first."""

import random

from analysis.anomaly.model import Sitting, sitting
from analysis.risk.log import Record

MINUTES = 30
DURATION_MS = MINUTES * 60_000


def frame(second: int, **values: float | bool | None) -> Record:
    return Record("video", second + 1, second * 1000, values=values)


def quiet_records(seed: int) -> list[Record]:
    """Half an hour of somebody who mostly looks ahead, with a glance aside now and then."""
    chance = random.Random(seed)
    turned, sway = chance.uniform(0.01, 0.04), chance.uniform(3.0, 7.0)
    records = []
    for second in range(0, MINUTES * 60, 2):
        away = chance.random() < turned
        yaw = chance.gauss(35.0 if away else 0.0, sway)
        records.append(
            frame(
                second,
                face_count=1,
                looking_away=away,
                yaw=round(yaw, 1),
                pitch=round(chance.gauss(-5.0, sway), 1),
                eyes_closed=chance.random() < 0.03,
                face_x=chance.gauss(0.5, 0.02),
                face_y=chance.gauss(0.5, 0.02),
            )
        )
    return records


def odd_records(seed: int) -> list[Record]:
    """The same person, who from the fifteenth minute on turns away half of the time and pastes."""
    chance = random.Random(seed + 1000)
    records = []
    for record in quiet_records(seed):
        values = dict(record.values or {})
        if record.t_ms >= 900_000 and chance.random() < 0.5:
            values |= {"looking_away": True, "yaw": 40.0}
        records.append(Record("video", record.seq, record.t_ms, values=values))
    pastes = [Record("browser", n + 1, 960_000 + n * 10_000, event="paste") for n in range(20)]
    return records + pastes


def quiet_sittings(number: int, exam: str = "logic") -> list[Sitting]:
    return [sitting(quiet_records(seed), DURATION_MS, exam) for seed in range(number)]
