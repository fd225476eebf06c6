"""Where a browser puts a piece of video, and where a player fetches one: at this server, or at the bucket.

`settings.RECORDING_PLACES` names one of the classes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import storages
from django.urls import reverse
from django.utils.module_loading import import_string

from exams.models import Session

STORAGE = "recordings"
# Long enough for a piece on a slow line; a player asks again where it was paused for longer.
PUT_WITHIN_S, GET_WITHIN_S = 600, 6 * 3600
SUFFIXES = {"video/webm": "webm", "video/mp4": "mp4"}


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """What a browser says of a piece before it sends it."""

    source: str
    seq: int
    t_ms: int
    duration_ms: int
    size_bytes: int
    sha256: str
    content_type: str

    @property
    def end_ms(self) -> int:
        return self.t_ms + self.duration_ms


@dataclass(frozen=True, slots=True)
class Place:
    """Where to PUT a piece, with which headers, and whether to say afterwards that it is there."""

    url: str
    headers: Mapping[str, str]
    confirm: bool


class Places(Protocol):
    def for_piece(self, session: Session, facts: PieceFacts) -> Place: ...

    def for_player(self, key: str, content_type: str) -> str | None:
        """An address that a player may fetch from; None where this server gives the bytes itself."""

    def origins(self) -> tuple[str, ...]:
        """Beside our own, for the pages' content security policy."""


class AtThisServer:
    def for_piece(self, session: Session, facts: PieceFacts) -> Place:
        address = reverse("proctoring:room-piece", args=[session.id, facts.source, facts.seq])
        told = {
            "t_ms": facts.t_ms,
            "duration_ms": facts.duration_ms,
            "size_bytes": facts.size_bytes,
            "sha256": facts.sha256,
        }
        return Place(f"{address}?{urlencode(told)}", {"Content-Type": facts.content_type}, confirm=False)

    def for_player(self, key: str, content_type: str) -> str | None:
        return None

    def origins(self) -> tuple[str, ...]:
        return ()


class AtTheBucket:
    """Signed addresses: the bytes never pass through this server."""

    def for_piece(self, session: Session, facts: PieceFacts) -> Place:
        # Exactly this many bytes of this kind: the signature covers both.
        signed = {"ContentType": facts.content_type, "ContentLength": facts.size_bytes}
        url = self._sign("put_object", piece_key(session, facts), PUT_WITHIN_S, signed)
        return Place(url, {"Content-Type": facts.content_type}, confirm=True)

    def for_player(self, key: str, content_type: str) -> str | None:
        shown = {"ResponseContentType": content_type, "ResponseContentDisposition": "inline"}
        return self._sign("get_object", key, GET_WITHIN_S, shown)

    def origins(self) -> tuple[str, ...]:
        return (settings.BUCKET_ORIGIN,)

    def _sign(self, method: str, key: str, within_s: int, parameters: dict[str, Any]) -> str:
        storage = storages[STORAGE]
        place = {"Bucket": storage.bucket.name, "Key": f"{storage.location}/{key}"}
        url: str = storage.connection.meta.client.generate_presigned_url(
            method, Params={**place, **parameters}, ExpiresIn=within_s
        )
        return url


def places() -> Places:
    chosen: Places = import_string(settings.RECORDING_PLACES)()
    return chosen


def piece_key(session: Session, facts: PieceFacts) -> str:
    """The same piece has the same key; nobody who does not hold the piece can guess it."""
    name = f"{facts.source}-{facts.seq:06d}-{facts.sha256[:32]}.{SUFFIXES[facts.content_type]}"
    return f"{session.institution_id}/{session.id}/{name}"


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
