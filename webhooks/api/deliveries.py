"""The log of deliveries with every try, and sending again."""

import uuid
from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import endpoint as api
from accounts.api.fields import Instant, Query
from accounts.api.pages import Pages
from accounts.roles import Action
from webhooks import queries, services
from webhooks.event_types import TEST, TYPES
from webhooks.models import Delivery, DeliveryState


class TryView(serializers.Serializer):  # type: ignore[misc]
    number = serializers.IntegerField()
    at = Instant()
    http_status = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField(help_text="The first 1,000 bytes of it.")
    error = serializers.CharField(help_text="Empty when it was taken; else a stable word.")
    words = serializers.CharField()
    duration_ms = serializers.IntegerField()


class DeliveryView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    endpoint = serializers.UUIDField(source="endpoint_id")
    webhook_id = serializers.CharField(
        source="event.message_id", help_text="The same at every try and when it is sent again."
    )
    type = serializers.CharField(source="event.type")
    state = serializers.ChoiceField(DeliveryState.choices)
    created_at = Instant()
    next_attempt_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    tries = TryView(many=True)


class DeliveryQuery(Query):
    endpoint = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(DeliveryState.choices, required=False)
    type = serializers.ChoiceField([*TYPES, TEST], required=False)


class Deliveries(api.Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE}
    pagination_class = Pages
    query_class = DeliveryQuery

    @extend_schema(
        parameters=[DeliveryQuery], responses=DeliveryView(many=True), summary="Deliveries, newest first"
    )
    def get(self, request: Request) -> Response:
        log = queries.delivery_log(state=self.wanted.get("state", ""), event_type=self.wanted.get("type", ""))
        if "endpoint" in self.wanted:
            log = log.filter(endpoint_id=self.wanted["endpoint"])
        return self.page(log, DeliveryView)


class OneDelivery(api.Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE}

    @extend_schema(responses=DeliveryView, summary="One delivery with every try")
    def get(self, request: Request, delivery_id: uuid.UUID) -> Response:
        return Response(DeliveryView(loaded(delivery_id)).data)


class DeliveryResend(api.Endpoint):
    actions: ClassVar = {"POST": Action.MANAGE}

    @extend_schema(request=None, responses={202: DeliveryView}, summary="Send a delivery again")
    def post(self, request: Request, delivery_id: uuid.UUID) -> Response:
        services.resend(delivery=loaded(delivery_id), actor=self.actor, ip=self.ip)
        return Response(DeliveryView(loaded(delivery_id)).data, status=202)


def loaded(delivery_id: uuid.UUID) -> Delivery:
    delivery: Delivery = get_object_or_404(queries.delivery_log(), id=delivery_id)
    return delivery
