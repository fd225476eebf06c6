"""Keys of programs: made, listed, revoked."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api_keys
from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant
from accounts.api.pages import Pages
from accounts.models import ApiKey, Scope
from accounts.roles import Action


class KeyView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="What stands before the point in the key.")
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    created_at = Instant()
    expires_at = Instant(allow_null=True)
    last_used_at = Instant(allow_null=True)
    revoked_at = Instant(allow_null=True)


class MadeKeyView(KeyView):
    key = serializers.CharField(help_text="Shown once; only its hash is kept.")


class NewKey(Body):
    name = serializers.CharField(max_length=80, help_text="What it is for.")
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), min_length=1, max_length=10)
    expires_at = Instant(required=False, allow_null=True)


class Keys(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "POST": Action.MANAGE}
    persons_only: ClassVar[bool] = True
    answer_is_secret: ClassVar[bool] = True
    pagination_class = Pages

    @extend_schema(responses=KeyView(many=True), summary="Keys of programs")
    def get(self, request: Request) -> Response:
        return self.page(ApiKey.objects.all(), KeyView)

    @extend_schema(
        request=NewKey,
        responses={201: MadeKeyView},
        summary="Make a key",
        examples=[
            OpenApiExample("Campus", {"name": "Campus", "scopes": ["read", "write"]}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.body(NewKey)
        made = api_keys.create(
            name=wanted["name"],
            scopes=[Scope(scope) for scope in wanted["scopes"]],
            expires_at=wanted.get("expires_at"),
            actor=self.actor,
        )
        return Response(MadeKeyView(_MadeKey(made)).data, status=201)


class Key(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "DELETE": Action.MANAGE}
    persons_only: ClassVar[bool] = True

    @extend_schema(responses=KeyView, summary="One key, without its secret")
    def get(self, request: Request, key_id: uuid.UUID) -> Response:
        return Response(KeyView(get_object_or_404(ApiKey.objects.all(), id=key_id)).data)

    @extend_schema(responses={200: KeyView}, summary="Revoke a key")
    def delete(self, request: Request, key_id: uuid.UUID) -> Response:
        key = get_object_or_404(ApiKey.objects.all(), id=key_id)
        return Response(KeyView(api_keys.revoke(prefix=key.prefix, actor=self.actor)).data)


@dataclass(frozen=True)
class _MadeKey:
    """The row's fields, and the text beside them."""

    made: api_keys.NewKey

    @property
    def key(self) -> str:
        return self.made.text

    def __getattr__(self, name: str) -> object:
        return getattr(self.made.key, name)
