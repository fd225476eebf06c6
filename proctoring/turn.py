"""How two browsers find each other: our TURN servers, with credentials that end by themselves.

The scheme is coturn's `use-auth-secret`: the user's name is the second at which it ends, and the password
is its HMAC-SHA1 under the secret that we share with the TURN server. Nothing is stored.
"""

import base64
import hashlib
import hmac
import math
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class IceServer:
    """The names are the browser's own."""

    urls: list[str]
    username: str
    credential: str


def credential_of(username: str, secret: str) -> str:
    # SHA-1 is what the scheme asks for; as an HMAC it holds.
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def ice_for(name: str, *, now_s: float) -> dict[str, Any]:
    """What a browser needs to reach the other; `name` tells the TURN server nothing of a person."""
    return {
        "servers": [asdict(server) for server in _servers(name, now_s)],
        "relay_only": settings.LIVE_VIDEO_RELAY_ONLY,
    }


def _servers(name: str, now_s: float) -> list[IceServer]:
    if not settings.TURN_URLS:
        return []
    username = f"{math.floor(now_s) + settings.TURN_LIFE_S}:{name}"
    return [IceServer(settings.TURN_URLS, username, credential_of(username, settings.TURN_SECRET))]
