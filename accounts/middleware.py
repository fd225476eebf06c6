"""The HTTP door into the tenant scope, and the id every request carries."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string

from accounts.errors import DomainError
from accounts.tenancy import tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


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
        with tenant_scope(institution_id):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if wants_json(request):
            return JsonResponse(error_body(request, error), status=error.status)
        return render(request, "problem.html", {"error": error}, status=error.status)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in (request.headers.get("Accept", ""), request.content_type)


def error_body(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message,
        "field": error.field,
        "request_id": getattr(request, "request_id", ""),
    }
