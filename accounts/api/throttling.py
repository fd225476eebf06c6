"""How much each caller may ask for in a minute."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import throttle
from accounts.access import client_ip
from accounts.api.callers import Caller

WINDOW_S = 60


def within_limit(holder: str) -> bool:
    """Count one request of `user:...`, `api_key:...` or `address:...`: whether it may be answered."""
    limit: int = settings.API_REQUESTS_A_MINUTE[holder.partition(":")[0]]
    return throttle.take("api", holder, limit=limit, window_s=WINDOW_S)


class PerCaller(BaseThrottle):
    """Each person and each key by itself; whoever is nobody yet by address."""

    def allow_request(self, request: Request, view: Any) -> bool:
        caller: Caller | None = request.auth
        return within_limit(caller.holder if caller else f"address:{client_ip(request._request)}")

    def wait(self) -> float:
        return WINDOW_S
