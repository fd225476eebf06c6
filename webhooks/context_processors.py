"""What every page of an owner says about webhooks: that some need looking at."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Membership
from accounts.roles import Action, may
from webhooks import queries


def webhooks(request: HttpRequest) -> dict[str, Any]:
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or not may(membership.role, Action.MANAGE):
        return {}
    return {"may_manage": True, "webhook_trouble": SimpleLazyObject(queries.trouble)}
