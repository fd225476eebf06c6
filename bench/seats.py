"""Who sits and who watches: cookies that somebody made on the machine under load."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Seats:
    """`candidates`: each one's session and the value of the cookie that holds the seat."""

    exam: str
    owner_cookie: str
    candidates: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Seats":
        """From what `python -m tests.stack.seed` prints."""
        seats = tuple((seat["session"], seat["cookie"]) for seat in document["seats"])
        return cls(document["exam"], document["owner_cookie"], seats)

    @classmethod
    def read(cls, file: Path) -> "Seats":
        return cls.of(json.loads(file.read_text()))
