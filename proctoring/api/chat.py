"""Messages between a candidate and those who watch."""

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant
from accounts.api.pages import Pages
from accounts.roles import Action
from exams.api.sessions import find_session
from proctoring.chats import author_words
from proctoring.models import Message, MessageKind, MessageSide
from proctoring.services import chatting


class MessageView(serializers.Serializer):  # type: ignore[misc]
    number = serializers.IntegerField(help_text="Counts within the session, from 1.")
    client_id = serializers.UUIDField()
    side = serializers.ChoiceField(MessageSide.choices, help_text="Who wrote it.")
    kind = serializers.ChoiceField(MessageKind.choices, help_text="help: a person is asked for.")
    text = serializers.CharField(help_text="Empty only where a person is asked for without words.")
    author = serializers.SerializerMethodField(help_text="A name.")
    sent_at = Instant()
    read_at = Instant(allow_null=True, help_text="When the other side had read it.")
    answered_at = Instant(allow_null=True, help_text="Of kind help alone.")

    def get_author(self, message: Message) -> str:
        return author_words(message)


class NewMessage(Body):
    text = serializers.CharField(max_length=chatting.LONGEST_MESSAGE, help_text="As the candidate reads it.")
    client_id = serializers.UUIDField(
        required=False, help_text="Your own name for it: sent twice under one name, it is there once."
    )


class ReadUpTo(Body):
    up_to = serializers.IntegerField(min_value=1, max_value=100_000, help_text="The number of the last one.")


class Counted(serializers.Serializer):  # type: ignore[misc]
    read = serializers.IntegerField(help_text="How many were new to those who watch.")


class Settled(serializers.Serializer):  # type: ignore[misc]
    answered = serializers.BooleanField(help_text="Whether a call for a person was open.")


class Messages(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.INTERVENE}
    pagination_class = Pages
    ordering = ("number", "id")

    @extend_schema(responses=MessageView(many=True), summary="What was written in a session, oldest first")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        return self.page(self._of(session_id), MessageView)

    @extend_schema(
        request=NewMessage,
        responses={201: MessageView},
        summary="Write to a candidate; it answers an open call for a person",
        examples=[OpenApiExample("An answer", {"text": "Somebody will help you."}, request_only=True)],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        wanted = self.body(NewMessage)
        written = chatting.write_as_proctor(
            session=session,
            client_id=wanted.get("client_id") or uuid.uuid4(),
            text=wanted["text"],
            actor=self.actor,
            ip=self.ip,
        )
        return Response(MessageView(written).data, status=201)

    def _of(self, session_id: uuid.UUID) -> QuerySet[Any]:
        session = find_session(session_id)
        return Message.objects.filter(session=session).select_related("author", "session__candidate")


class MessagesRead(Endpoint):
    actions: ClassVar = {"POST": Action.INTERVENE}

    @extend_schema(request=ReadUpTo, responses=Counted, summary="A candidate’s messages were read")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        up_to = self.body(ReadUpTo)["up_to"]
        read = chatting.note_read(session=session, by=MessageSide.PROCTOR, up_to=up_to)
        return Response({"read": read})


class HelpAnswered(Endpoint):
    actions: ClassVar = {"POST": Action.INTERVENE}

    @extend_schema(request=None, responses=Settled, summary="A call for a person was answered in another way")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        self.body(Body)
        settled = chatting.settle_help(session=session, actor=self.actor, ip=self.ip)
        return Response({"answered": bool(settled)})
