"""Counts and logs every request by the template of its address: what stands in an address may be a secret."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOWHERE = "none"

REQUESTS = Counter("invigil_requests", "Requests by route and status.", ["method", "route", "status"])
SECONDS = Histogram("invigil_request_seconds", "How long a request took.", ["method", "route"])

logger = logging.getLogger("invigil.requests")


class RequestFigures:
    """The outermost middleware: what another one refuses counts as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun_s = time.perf_counter()
        response = self.get_response(request)
        took_s = time.perf_counter() - begun_s
        method = request.method if request.method in METHODS else "other"
        route = route_of(request)
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(method, route).observe(took_s)
        logger.info(
            "%s %s %s",
            method,
            route,
            response.status_code,
            extra={
                "duration_ms": round(took_s * 1000),
                "request_id": getattr(request, "request_id", None),
            },
        )
        return response


def route_of(request: HttpRequest) -> str:
    """`sessions/<uuid:session_id>/`, or `none` where no address fits."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None else NOWHERE
