"""What `tests.stack.seed` made, as JSON says it; with the cookies nobody has to sign in."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.seats import Seats


@dataclass(frozen=True, slots=True)
class Seat:
    """A candidate's browser: `cookie` is the value of the cookie `sessionid`."""

    session: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """An institution, its owner's cookie and API key, one exam, and a running sitting for each candidate."""

    institution: str
    owner_email: str
    owner_password: str
    owner_cookie: str
    api_key: str
    exam: str
    seats: tuple[Seat, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Seeded":
        return cls(**{**document, "seats": tuple(Seat(**seat) for seat in document["seats"])})

    def for_load(self) -> Seats:
        """The exam and who sits it, as a load knows them."""
        return Seats(self.exam, self.owner_cookie, tuple((seat.session, seat.cookie) for seat in self.seats))

    def to_json(self) -> str:
        return json.dumps(asdict(self))
