"""The picture of a candidate's screen that stands behind a flag."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.reverse import reverse

from accounts.api.endpoint import Endpoint
from accounts.roles import Action
from proctoring.queries import FlagRow
from proctoring.views.pictures import picture_answer, stored_screen


def screen_url(request: Request, flag: FlagRow) -> str | None:
    if flag.screen_t_ms is None:
        return None
    url: str = reverse("proctoring_api:screen-snapshot", args=[flag.id], request=request)
    return url


class ScreenSnapshot(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
        summary="The screen behind a flag",
    )
    def get(self, request: Request, flag_id: uuid.UUID) -> HttpResponse:
        return picture_answer(stored_screen(flag_id), "image/jpeg")
