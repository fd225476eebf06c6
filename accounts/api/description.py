"""How the API describes itself: OpenAPI 3.1, and a page that shows it and tries it out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView


class Description(SpectacularAPIView):  # type: ignore[misc]
    """The description itself, for programs that make clients of it."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes: list[Any] = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The same for everybody: names of its parts are made from the words of choices.
        with translation.override(None):
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
            return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/description.html")
