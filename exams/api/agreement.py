"""What the candidate of a session agreed to."""

import uuid
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant
from accounts.errors import NotFound
from accounts.roles import Action
from exams.agreements import agreement_of
from exams.api.sessions import find_session


class WatchedView(serializers.Serializer):  # type: ignore[misc]
    key = serializers.CharField()
    label = serializers.CharField()
    why = serializers.CharField()


class WordsView(serializers.Serializer):  # type: ignore[misc]
    language = serializers.CharField()
    watched = WatchedView(many=True)
    paragraphs = serializers.ListField(child=serializers.CharField())


class AgreementView(serializers.Serializer):  # type: ignore[misc]
    notice_version = serializers.CharField(source="consent.notice_version")
    notice_sha256 = serializers.CharField(source="consent.notice_sha256")
    lawful_basis = serializers.CharField(
        source="consent.lawful_basis", help_text="Empty where none was named."
    )
    promised_days = serializers.DictField(
        source="consent.promised", child=serializers.IntegerField(), help_text="By class of data."
    )
    given_at = Instant(source="consent.given_at")
    withdrawn_at = Instant(source="consent.withdrawn_at", allow_null=True)
    words = WordsView(allow_null=True, help_text="The very words that were shown.")


class AgreementEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=AgreementView, summary="What the candidate agreed to, word by word")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        agreement = agreement_of(find_session(session_id))
        if agreement is None:
            raise NotFound("not_agreed", "The candidate has not agreed to anything yet.")
        return Response(AgreementView(agreement).data)
