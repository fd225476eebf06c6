"""Run beside a real worker: three candidates' frames, one of them broken, are ordered to be looked at.

The frames say by their brightness how many people `PeopleByBrightness` sees.
"""

import logging
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.objects import Found, Image
from analysis.observations import Box
from tests.services.ordering import order_for_three

logger = logging.getLogger(__name__)


class PeopleByBrightness:
    """In place of a network: as many people as the picture is bright; says how many pictures it was shown."""

    key = "objects"

    def load(self, models_dir: Path | None, threads: int) -> None:
        pass

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        from tests.proctoring.fakes import STEP

        logger.warning("shown %s pictures at once", len(images))
        return [_people(round((float(np.mean(image)) - 10) / STEP)) for image in images]


def _people(count: int) -> list[Found]:
    return [Found("person", Box(40.0 * place, 10, 30, 100), 0.9) for place in range(count)]


def main() -> int:
    import django

    django.setup()
    from tests.proctoring.fakes import picture_of

    jpegs = {"north": picture_of(2), "broken": b"\xff\xd8\xff no picture", "south": picture_of(1)}
    return order_for_three(jpegs, _order)


def _order(_name: str, jpeg: bytes) -> uuid.UUID:
    from proctoring import parking
    from proctoring.tasks import inspect_frame
    from tests.factories import make_exam
    from tests.proctoring.fakes import seen
    from tests.proctoring.sittings import make_sitting

    session = make_sitting(make_exam(watch_objects=True), minutes_ago=0)
    key = parking.park(session.id, 1, jpeg)
    parking.park_seen(session.id, 1, seen(1))
    inspect_frame.delay(str(session.id), 1, 0, key)
    return session.id


if __name__ == "__main__":
    sys.exit(main())
