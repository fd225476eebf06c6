"""What opens the socket that tells of running sessions as it happens."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tickets
from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body
from accounts.roles import Action


class LiveTicketView(serializers.Serializer):  # type: ignore[misc]
    ticket = serializers.CharField(help_text="It opens one socket, once.")
    expires_in = serializers.IntegerField(help_text="Seconds.")


class LiveTicketEndpoint(Endpoint):
    actions: ClassVar = {"POST": Action.VIEW_EXAMS}
    # The socket asks again and again whether this person may still watch.
    persons_only: ClassVar[bool] = True
    answer_is_secret: ClassVar[bool] = True

    @extend_schema(request=None, responses=LiveTicketView, summary="A ticket for the live socket")
    def post(self, request: Request) -> Response:
        self.body(Body)
        assert self.caller.membership is not None
        browser = None if "Authorization" in request.headers else request._request.session
        ticket = tickets.issue_to_member(self.caller.membership, browser)
        return Response({"ticket": ticket, "expires_in": tickets.TICKET_LIFE_S})
