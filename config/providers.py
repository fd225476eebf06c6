"""The providers at which people may sign in, read from the environment: OIDC_PROVIDERS and OIDC_<ID>_..."""

import re
from typing import Any
from urllib.parse import urlsplit

from config import env
from config.env import SettingInvalid

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def oidc_apps(ids: list[str]) -> list[dict[str, Any]]:
    """What django-allauth wants to know of each; none is none."""
    return [_app(one) for one in ids]


def _app(provider_id: str) -> dict[str, Any]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", provider_id):
        raise SettingInvalid(
            f"OIDC_PROVIDERS: {provider_id!r} is no name: use up to 30 small letters, digits and _"
        )
    prefix = f"OIDC_{provider_id.upper()}"
    return {
        "provider_id": provider_id,
        "name": env.text(f"{prefix}_NAME", provider_id.capitalize()),
        "client_id": env.required(f"{prefix}_CLIENT_ID"),
        "secret": env.secret(f"{prefix}_CLIENT_SECRET"),
        "settings": {"server_url": _server_url(f"{prefix}_SERVER_URL")},
    }


def _server_url(name: str) -> str:
    """Over TLS, because what the provider says is believed for where it came from."""
    url = env.required(name).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SettingInvalid(f"{name} must begin with https://")
    return url
