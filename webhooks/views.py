"""The owners' pages: endpoints, their secrets, and the log of what was sent."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.models import User
from accounts.roles import Action
from webhooks import queries, services
from webhooks.delivering import payload
from webhooks.event_types import TEST, TYPES
from webhooks.forms import EndpointForm, NewEndpointForm, RotateForm, initial_of
from webhooks.models import Delivery, DeliveryState, Endpoint
from webhooks.services import NewSecret

DELIVERIES_A_PAGE = 50


@require_safe
@never_cache
@requires(Action.MANAGE)
def endpoint_list(request: MemberRequest) -> HttpResponse:
    context = {
        "rows": queries.endpoints_with_counts(),
        "worrying": queries.WORRYING_FAILURES,
        "type_count": len(TYPES),
    }
    return render(request, "webhooks/list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("secret")
@requires(Action.MANAGE)
def endpoint_new(request: MemberRequest) -> HttpResponse:
    form = NewEndpointForm(posted(request))
    if form.is_valid():
        try:
            made = services.create_endpoint(
                settings=form.endpoint_settings(),
                secret=form.cleaned_data["secret"],
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return _secret_page(request, made, is_new=True)
    return _form_page(request, "webhooks/form.html", form, None)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.MANAGE)
def endpoint_edit(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, id=endpoint_id)
    form = EndpointForm(posted(request), initial=initial_of(endpoint))
    if form.is_valid():
        try:
            services.change_endpoint(
                endpoint=endpoint,
                settings=form.endpoint_settings(),
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("The endpoint is changed."))
            return redirect("webhooks:detail", endpoint.id)
    return _form_page(request, "webhooks/form.html", form, endpoint)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("secret")
@requires(Action.MANAGE)
def secret_rotate(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, id=endpoint_id)
    form = RotateForm(posted(request))
    if form.is_valid():
        try:
            made = services.rotate_secret(
                endpoint=endpoint,
                secret=form.cleaned_data["secret"],
                overlap=form.chosen_overlap(),
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return _secret_page(request, made, is_new=False)
    return _form_page(request, "webhooks/rotate.html", form, endpoint)


@require_safe
@never_cache
@requires(Action.MANAGE)
def endpoint_detail(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    endpoint = get_object_or_404(queries.endpoints_with_counts(), id=endpoint_id)
    state, event_type = request.GET.get("state", ""), request.GET.get("type", "").replace("\0", "")
    log = queries.delivery_log(endpoint=endpoint, state=state, event_type=event_type)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "endpoint": endpoint,
        "events": [(name, TYPES.get(name, name)) for name in endpoint.events],
        "page": Paginator(log, DELIVERIES_A_PAGE).get_page(request.GET.get("page")),
        "query": kept.urlencode(),
        "state": state,
        "states": DeliveryState.choices,
        "event_type": event_type,
        "types": [*TYPES, TEST],
        "delivery_count": endpoint.deliveries.count(),
        "worrying": queries.WORRYING_FAILURES,
    }
    return render(request, "webhooks/detail.html", context)


@require_safe
@never_cache
@requires(Action.MANAGE)
def delivery_detail(request: MemberRequest, delivery_id: uuid.UUID) -> HttpResponse:
    delivery = get_object_or_404(queries.delivery_log(), id=delivery_id)
    body = json.dumps(json.loads(payload(delivery.event)), ensure_ascii=False, indent=2)
    return render(request, "webhooks/delivery.html", {"delivery": delivery, "body": body})


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.MANAGE)
def endpoint_delete(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, id=endpoint_id)
    if request.method == "POST":
        services.delete_endpoint(endpoint=endpoint, actor=request.membership.user, ip=client_ip(request))
        messages.success(request, _("The endpoint %(url)s is deleted.") % {"url": endpoint.url})
        return redirect("webhooks:list")
    return render(request, "webhooks/delete.html", {"endpoint": endpoint})


@require_POST
@never_cache
@requires(Action.MANAGE)
def endpoint_test(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """The answer appears on the delivery's page as soon as it is there."""
    endpoint = get_object_or_404(Endpoint, id=endpoint_id)
    delivery = services.send_test(endpoint=endpoint, actor=request.membership.user, ip=client_ip(request))
    return redirect("webhooks:delivery", delivery.id)


@require_POST
@never_cache
@requires(Action.MANAGE)
def endpoint_enable(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    return _switch(request, endpoint_id, services.enable_endpoint, "New events are sent from now on.")


@require_POST
@never_cache
@requires(Action.MANAGE)
def endpoint_disable(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    return _switch(request, endpoint_id, services.disable_endpoint, "Nothing is sent any more.")


@require_POST
@never_cache
@requires(Action.MANAGE)
def missed_resend(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, id=endpoint_id)
    count = services.resend_missed(endpoint=endpoint, actor=request.membership.user, ip=client_ip(request))
    words = ngettext("%(count)s event will be sent again.", "%(count)s events will be sent again.", count)
    messages.success(request, words % {"count": count})
    return redirect("webhooks:detail", endpoint.id)


@require_POST
@never_cache
@requires(Action.MANAGE)
def delivery_resend(request: MemberRequest, delivery_id: uuid.UUID) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), id=delivery_id)
    services.resend(delivery=delivery, actor=request.membership.user, ip=client_ip(request))
    return redirect("webhooks:delivery", delivery.id)


def _switch(
    request: MemberRequest, endpoint_id: uuid.UUID, change: Callable[..., Endpoint], words: str
) -> HttpResponse:
    actor: User = request.membership.user
    endpoint = get_object_or_404(Endpoint, id=endpoint_id)
    change(endpoint=endpoint, actor=actor, ip=client_ip(request))
    messages.success(request, words)
    return redirect("webhooks:detail", endpoint.id)


def _secret_page(request: MemberRequest, made: NewSecret, *, is_new: bool) -> HttpResponse:
    """Rendered at once instead of after a redirect, so that the secret rests nowhere."""
    context = {"endpoint": made.endpoint, "secret": made.secret, "is_new": is_new}
    return render(request, "webhooks/secret.html", context)


def _form_page(request: MemberRequest, template: str, form: Any, endpoint: Endpoint | None) -> HttpResponse:
    context = {"form": form.mark_errors(), "endpoint": endpoint}
    return render(request, template, context, status=422 if form.errors else 200)
