"""Answers to what no view took: in words, as a page or as JSON."""

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.errors import Away, DomainError, Forbidden, NotFound, TooMany
from accounts.middleware import answer
from accounts.outages import RETRY_AFTER_S, is_outage


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(
        request, DomainError("bad_request", _("We could not read this request. Go back and try again."))
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, Forbidden("forbidden", _("You may not do this.")))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(
        request, NotFound("not_found", _("There is nothing here. The address may be mistyped or too old."))
    )


def too_many(request: HttpRequest) -> HttpResponse:
    return answer(
        request, TooMany("too_many_tries", _("Too many tries. Wait a few minutes, then try again."))
    )


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        return away(request)
    words = "Something broke on our side. Nothing you saved is lost; try again."
    return answer(request, DomainError("server_error", words), status=500)


def away(request: HttpRequest) -> HttpResponse:
    """A service that we need is away; the page of a problem may need it too."""
    try:
        response = answer(request, Away())
    except Exception:
        response = HttpResponse(Away().message, status=Away.status, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, Forbidden("csrf", _("This page was open for too long. Reload it and try again.")))
