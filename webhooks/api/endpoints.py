"""Endpoints: made, changed, given a new secret, tested, deleted."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import endpoint as api
from accounts.api.fields import Body, Instant
from accounts.api.pages import Pages
from accounts.roles import Action
from webhooks import queries, services
from webhooks.addresses import LONGEST_URL
from webhooks.api.deliveries import DeliveryView, loaded
from webhooks.event_types import ALIASES, TYPES
from webhooks.models import Endpoint, WhyOff
from webhooks.services import EndpointSettings, NewSecret

LONGEST_OVERLAP_H = 168
EVENTS_HELP = f"Types: {', '.join(TYPES)}. Also understood: {', '.join(ALIASES)}."
NEW = {"url": "https://lms.example.edu/invigil", "events": ["session.submitted", "flag.raised"]}


class EndpointView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    enabled = serializers.BooleanField(source="is_enabled")
    why_off = serializers.ChoiceField(
        [(why.value, why.label) for why in WhyOff if why.value],
        allow_null=True,
        help_text="Why it is switched off: by a person, because it answered 410, or after days of failure.",
    )
    failures = serializers.IntegerField(help_text="Tries that failed since the last message that was taken.")
    failing_since = Instant(allow_null=True)
    previous_secret_until = Instant(source="previous_until", allow_null=True)
    created_at = Instant()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {"why_off": shown["why_off"] or None}


class MadeEndpointView(EndpointView):
    secret = serializers.CharField(help_text="Shown once; it is kept encrypted.")


def _events(**changes: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=50, help_text=EVENTS_HELP, **changes
    )


def _secret() -> serializers.CharField:
    return serializers.CharField(
        max_length=200,
        required=False,
        help_text="`whsec_` and base64, or 16 to 64 plain characters. Without it a strong one is made.",
    )


class NewEndpoint(Body):
    url = serializers.CharField(max_length=LONGEST_URL, help_text="https, on the public internet.")
    events = _events(min_length=1)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    secret = _secret()


class EndpointChange(Body):
    url = serializers.CharField(max_length=LONGEST_URL, required=False)
    events = _events(min_length=1, required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    enabled = serializers.BooleanField(required=False)


class NewEndpointSecret(Body):
    secret = _secret()
    overlap_hours = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_OVERLAP_H,
        default=24,
        help_text="How long the secret before goes on signing as well.",
    )


class ResentCount(serializers.Serializer):  # type: ignore[misc]
    count = serializers.IntegerField(help_text="How many deliveries are sent again.")


class Endpoints(api.Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "POST": Action.MANAGE}
    answer_is_secret: ClassVar[bool] = True
    pagination_class = Pages

    @extend_schema(responses=EndpointView(many=True), summary="Webhook endpoints")
    def get(self, request: Request) -> Response:
        return self.page(Endpoint.objects.all(), EndpointView)

    @extend_schema(
        request=NewEndpoint,
        responses={201: MadeEndpointView},
        summary="Make a webhook endpoint",
        examples=[OpenApiExample("Platform", NEW, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        return _made(self, self.body(NewEndpoint))


class Register(api.Endpoint):
    """The same under the name that other proctoring systems give it."""

    actions: ClassVar = {"POST": Action.MANAGE}
    answer_is_secret: ClassVar[bool] = True

    @extend_schema(
        request=NewEndpoint,
        responses={201: MadeEndpointView},
        summary="Make a webhook endpoint (the name in other systems)",
        examples=[
            OpenApiExample(
                "Elsewhere",
                NEW | {"events": ["exam_completed", "flag_raised"], "secret": "webhook_secret_key"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        return _made(self, self.body(NewEndpoint))


class OneEndpoint(api.Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "PATCH": Action.MANAGE, "DELETE": Action.MANAGE}

    @extend_schema(responses=EndpointView, summary="One webhook endpoint, without its secret")
    def get(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        return Response(EndpointView(_found(endpoint_id)).data)

    @extend_schema(
        request=EndpointChange,
        responses=EndpointView,
        summary="Change a webhook endpoint, or switch it on or off",
        examples=[OpenApiExample("Switch off", {"enabled": False}, request_only=True)],
    )
    def patch(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        endpoint = _found(endpoint_id)
        wanted = self.body(EndpointChange)
        switched_on = wanted.pop("enabled", None)
        if wanted:
            settings = EndpointSettings(
                url=wanted.get("url", endpoint.url),
                events=tuple(wanted.get("events", endpoint.events)),
                description=wanted.get("description", endpoint.description),
            )
            endpoint = services.change_endpoint(
                endpoint=endpoint, settings=settings, actor=self.actor, ip=self.ip
            )
        if switched_on is not None and switched_on != endpoint.is_enabled:
            switch = services.enable_endpoint if switched_on else services.disable_endpoint
            endpoint = switch(endpoint=endpoint, actor=self.actor, ip=self.ip)
        return Response(EndpointView(endpoint).data)

    @extend_schema(responses={204: None}, summary="Delete a webhook endpoint with its log")
    def delete(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        services.delete_endpoint(endpoint=_found(endpoint_id), actor=self.actor, ip=self.ip)
        return Response(status=204)


class EndpointSecret(api.Endpoint):
    actions: ClassVar = {"POST": Action.MANAGE}
    answer_is_secret: ClassVar[bool] = True

    @extend_schema(
        request=NewEndpointSecret, responses=MadeEndpointView, summary="Give a webhook endpoint a new secret"
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        endpoint = _found(endpoint_id)
        wanted = self.body(NewEndpointSecret)
        made = services.rotate_secret(
            endpoint=endpoint,
            secret=wanted.get("secret", ""),
            overlap=timedelta(hours=wanted["overlap_hours"]),
            actor=self.actor,
            ip=self.ip,
        )
        return Response(MadeEndpointView(_MadeEndpoint(made)).data)


class EndpointTest(api.Endpoint):
    actions: ClassVar = {"POST": Action.MANAGE}

    @extend_schema(
        request=None,
        responses={202: DeliveryView},
        summary="Send a test; its answer appears in the delivery",
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        made = services.send_test(endpoint=_found(endpoint_id), actor=self.actor, ip=self.ip)
        return Response(DeliveryView(loaded(made.id)).data, status=202)


class EndpointResend(api.Endpoint):
    actions: ClassVar = {"POST": Action.MANAGE}

    @extend_schema(
        request=None, responses={202: ResentCount}, summary="Send again what was given up or stopped"
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        count = services.resend_missed(endpoint=_found(endpoint_id), actor=self.actor, ip=self.ip)
        return Response(ResentCount({"count": count}).data, status=202)


def _found(endpoint_id: uuid.UUID) -> Endpoint:
    endpoint: Endpoint = get_object_or_404(queries.endpoints_with_counts(), id=endpoint_id)
    return endpoint


def _made(view: api.Endpoint, wanted: dict[str, Any]) -> Response:
    settings = EndpointSettings(wanted["url"], tuple(wanted["events"]), wanted["description"])
    made = services.create_endpoint(
        settings=settings, secret=wanted.get("secret", ""), actor=view.actor, ip=view.ip
    )
    return Response(MadeEndpointView(_MadeEndpoint(made)).data, status=201)


@dataclass(frozen=True)
class _MadeEndpoint:
    """The row's fields, and the secret beside them."""

    made: NewSecret

    @property
    def secret(self) -> str:
        return self.made.secret

    def __getattr__(self, name: str) -> object:
        return getattr(self.made.endpoint, name)
