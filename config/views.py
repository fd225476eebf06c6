"""Answers to what no view took: in words, as a page or as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.errors import DomainError
from accounts.middleware import error_body, wants_json


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, "bad_request", "We could not read this request. Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, "forbidden", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request, 404, "not_found", "There is nothing here. The address may be mistyped or too old."
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request, 500, "server_error", "Something broke on our side. Nothing you saved is lost; try again."
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, "csrf", "This page was open for too long. Reload it and try again.")


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    error = DomainError(code, message)
    if wants_json(request):
        return JsonResponse(error_body(request, error), status=status)
    return render(request, "problem.html", {"error": error}, status=status)
