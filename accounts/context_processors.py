from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import tickets


def membership(request: HttpRequest) -> dict[str, Any]:
    return {
        "membership": getattr(request, "membership", None),
        "mail_note": settings.MAIL_NOTE,
        "idle_s": tickets.idle_s(),
    }
