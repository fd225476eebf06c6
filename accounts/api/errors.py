"""Every refusal of the API in one shape: `{code, message, field, request_id}`."""

import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.api.callers import SCHEMES
from accounts.errors import Away, DomainError, Forbidden, NotFound
from accounts.middleware import error_body
from accounts.outages import RETRY_AFTER_S, is_outage

# Some words repeat what was sent, and that may be two megabytes.
LONGEST_WORDS = 300


class _Refused(DomainError):
    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(code, message, field=field)
        self.status = status


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The `EXCEPTION_HANDLER`; what is no refusal stays an error, and is answered with 500."""
    refusal = _refusal(error)
    if refusal is None:
        return None
    response = Response(error_body(context["request"], refusal), status=refusal.status)
    if refusal.status == 401:
        response["WWW-Authenticate"] = SCHEMES
    wait_s = RETRY_AFTER_S if isinstance(refusal, Away) else getattr(error, "wait", None)
    if wait_s:
        response["Retry-After"] = str(math.ceil(wait_s))
    return response


def _refusal(error: Exception) -> DomainError | None:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404):
        return NotFound("not_found", _("There is nothing here, or it is not yours."))
    if isinstance(error, PermissionDenied):
        return Forbidden("forbidden", _("You may not do this."))
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail)
    if isinstance(error, exceptions.Throttled):
        return _Refused(429, "too_many_requests", "Too many requests. Wait a little, then go on.")
    if isinstance(error, exceptions.APIException):
        return _Refused(error.status_code, str(error.get_codes()), str(error.detail))
    return Away() if is_outage(error) else None


def _invalid(detail: Any) -> DomainError:
    """The first thing that is wrong, with the path to it."""
    path: list[str] = []
    while isinstance(detail, dict | list):
        if isinstance(detail, dict):
            name, detail = next(iter(detail.items()))
            path += [] if name == "non_field_errors" else [str(name)]
        elif isinstance(detail[0], dict) or len(detail) == 1:
            detail = detail[0] if not isinstance(detail[0], dict) else _first_wrong(detail, path)
        else:
            detail = detail[0]
    field = ".".join(path)[:LONGEST_WORDS] or None
    return DomainError(getattr(detail, "code", "invalid"), str(detail)[:LONGEST_WORDS], field=field)


def _first_wrong(rows: list[Any], path: list[str]) -> Any:
    index, wrong = next((index, row) for index, row in enumerate(rows) if row)
    path.append(str(index))
    return wrong
