"""The HTTP door into the tenant scope, and the id every request carries."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.errors import DomainError
from accounts.log_context import logged_as
from accounts.models import Institution, Membership
from accounts.tenancy import tenant_scope

API = "/api/"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        with logged_as(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class ApiSlashMiddleware:
    """Takes an address of the API without its last slash as the same one: a redirect would lose a POST."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        last = request.path_info.rpartition("/")[2]
        if request.path_info.startswith(API) and last and "." not in last:
            request.path_info += "/"
            request.path += "/"
        return self.get_response(request)


class TenantMiddleware:
    """Opens the institution's scope around the view, and turns domain errors into answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.resolvers = [import_string(path) for path in settings.TENANT_RESOLVERS]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.membership = None  # type: ignore[attr-defined]
        answers = (resolve(request) for resolve in self.resolvers)
        institution_id = next((answer for answer in answers if answer), None)
        if institution_id is None:
            return self.get_response(request)
        with tenant_scope(institution_id), timezone.override(_zone_of(request, institution_id)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error) if isinstance(error, DomainError) else None


def answer(request: HttpRequest, error: DomainError, *, status: int | None = None) -> HttpResponse:
    """A refusal in words: JSON for a program, a page for a person."""
    if wants_json(request):
        return JsonResponse(error_body(request, error), status=status or error.status)
    return render(request, "problem.html", {"error": error}, status=status or error.status)


def wants_json(request: HttpRequest) -> bool:
    if request.path_info.startswith(API):
        return True
    accepted = request.headers.get("Accept", "")
    asks = "application/json" in accepted and "text/html" not in accepted
    return asks or request.content_type == "application/json"


def error_body(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message,
        "field": error.field,
        "request_id": getattr(request, "request_id", ""),
    }


def _zone_of(request: HttpRequest, institution_id: uuid.UUID) -> str:
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is not None:
        return membership.institution.timezone
    caller = getattr(request, "caller", None)
    if caller is not None:
        return str(caller.time_zone)
    return Institution.objects.filter(id=institution_id).values_list("timezone", flat=True).first() or "UTC"
