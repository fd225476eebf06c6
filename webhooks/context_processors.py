"""What every page of an owner says about webhooks: that some need looking at."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Membership
from webhooks import queries


def webhooks(request: HttpRequest) -> dict[str, Any]:
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or not membership.may_manage:
        return {}
    return {"webhook_trouble": SimpleLazyObject(queries.trouble)}
