"""Run beside a real worker: three candidates' seconds of sound, one of a broken stream, are to be heard."""

import sys
import uuid

import django

from tests.services.ordering import order_for_three

LEVELS = {"loud": 0.8, "damaged": 0.8, "quiet": 0.1}


def main() -> int:
    django.setup()
    from tests.analysis.audio.fakes import second

    sounds = {name: (second(level) * 32767).astype("<i2").tobytes() for name, level in LEVELS.items()}
    return order_for_three(sounds, _order)


def _order(name: str, pcm: bytes) -> uuid.UUID:
    from django.core.cache import caches

    from proctoring import parking
    from proctoring.tasks import analyse_audio
    from tests.factories import make_exam
    from tests.proctoring.sittings import make_sitting

    session = make_sitting(make_exam(watch_audio=True), minutes_ago=0)
    if name == "damaged":
        caches["frames"].set(f"sound-state:{session.id}", b"no state")
    parking.park_sound(session.id, 1, pcm)
    analyse_audio.delay(str(session.id), 1, 0, f"room.{name}")
    return session.id


if __name__ == "__main__":
    sys.exit(main())
