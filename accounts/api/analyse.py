"""A token for the analyse socket."""

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api_keys
from accounts.api.endpoint import Endpoint
from accounts.errors import Unauthenticated
from accounts.tickets import TICKET_LIFE_S


class AnalyseToken(serializers.Serializer):  # type: ignore[misc]
    token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds. It opens one socket.")


class AnalyseTokenEndpoint(Endpoint):
    answer_is_secret: ClassVar[bool] = True

    @extend_schema(request=None, responses=AnalyseToken, summary="A token for the analyse socket")
    def post(self, request: Request) -> Response:
        key = self.caller.key
        if key is None:
            raise Unauthenticated("key_missing", _("Programs alone send frames: send an API key."))
        token = api_keys.analyse_token(key=key, ip=self.ip)
        return Response({"token": token, "expires_in": TICKET_LIFE_S})
