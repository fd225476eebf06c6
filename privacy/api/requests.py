"""Candidates' requests about their data, as programs write them down and persons begin them."""

import uuid
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant, Problem
from accounts.api.pages import Pages
from accounts.errors import Conflict, NotFound
from accounts.roles import Action
from exams.models import Candidate, Session
from privacy.models import RequestKind, RequestState, SubjectRequest
from privacy.services import erasing, handing_out, requesting
from privacy.subjects import copy_stream, requests_of_institution
from reports.row_stream import RowStream


class SubjectRequestView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    state = serializers.ChoiceField(choices=RequestState.choices)
    candidate_id = serializers.UUIDField(source="subject_id")
    session_id = serializers.UUIDField(allow_null=True, help_text="An erasure of this sitting alone.")
    words = serializers.CharField()
    asked_at = Instant()
    due_at = Instant()
    closed_at = Instant(allow_null=True)
    result = serializers.CharField()
    refused_reason = serializers.CharField()
    progress = serializers.FloatField(help_text="0 to 1.")
    has_copy = serializers.BooleanField(source="has_file", help_text="A copy waits to be taken, once.")


class NewSubjectRequest(Body):
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    candidate_id = serializers.UUIDField()
    session_id = serializers.UUIDField(required=False, help_text="To erase one sitting alone.")
    words = serializers.CharField(
        required=False, max_length=requesting.LONGEST_WORDS, help_text="What the person wrote."
    )
    asked_at = serializers.DateTimeField(required=False, help_text="Now, where it is not told.")


class Beginning(Body):
    identity = serializers.CharField(
        max_length=300, help_text="How you made sure that it is this person who asks."
    )
    confirm = serializers.CharField(
        required=False, max_length=20, help_text=f"For an erasure: the word {erasing.WORD}."
    )


class Refusal(Body):
    reason = serializers.CharField(max_length=requesting.LONGEST_WORDS)


class SubjectRequests(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "POST": Action.MANAGE}
    pagination_class = Pages
    ordering: ClassVar[tuple[str, ...]] = ("due_at", "id")

    @extend_schema(responses=SubjectRequestView(many=True), summary="What candidates asked about their data")
    def get(self, request: Request) -> Response:
        return self.page(SubjectRequest.objects.all(), SubjectRequestView)

    @extend_schema(
        request=NewSubjectRequest,
        responses={201: SubjectRequestView, 404: Problem},
        summary="Write down what a candidate asked",
        description="It is due thirty days after they did. A person begins it when it is clear who asks.",
    )
    def post(self, request: Request) -> Response:
        wanted = self.body(NewSubjectRequest)
        opened = requesting.open_request(
            kind=wanted["kind"],
            candidate=_candidate(wanted["candidate_id"]),
            session=_session(wanted.get("session_id")),
            words=wanted.get("words", ""),
            asked_at=wanted.get("asked_at"),
            actor=self.actor,
            ip=self.ip,
        )
        return Response(SubjectRequestView(opened).data, status=201)


class OneSubjectRequest(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE}

    @extend_schema(responses=SubjectRequestView, summary="How far a request is")
    def get(self, request: Request, request_id: uuid.UUID) -> Response:
        return Response(SubjectRequestView(_found(request_id)).data)


class BeginRequest(Endpoint):
    """Somebody answers for having made sure who asks: no program can."""

    actions: ClassVar = {"POST": Action.MANAGE}
    persons_only: ClassVar[bool] = True

    @extend_schema(
        request=Beginning,
        responses={202: SubjectRequestView, 409: Problem},
        summary="Have the copy made, or the data erased",
        description="Ask for the request until its state is `done`. Nothing undoes an erasure.",
    )
    def post(self, request: Request, request_id: uuid.UUID) -> Response:
        found = _found(request_id)
        begun = _begin(found, self.body(Beginning), actor=self.actor, ip=self.ip)
        return Response(SubjectRequestView(begun).data, status=202)


class RefuseRequest(Endpoint):
    actions: ClassVar = {"POST": Action.MANAGE}
    persons_only: ClassVar[bool] = True

    @extend_schema(request=Refusal, responses={200: SubjectRequestView, 409: Problem}, summary="Refuse it")
    def post(self, request: Request, request_id: uuid.UUID) -> Response:
        found = _found(request_id)
        reason = self.body(Refusal)["reason"]
        refused = requesting.refuse(request=found, reason=reason, actor=self.actor, ip=self.ip)
        return Response(SubjectRequestView(refused).data)


class RequestCopy(Endpoint):
    actions: ClassVar = {"POST": Action.MANAGE}
    persons_only: ClassVar[bool] = True

    @extend_schema(
        request=None,
        responses={(200, "application/zip"): OpenApiTypes.BINARY, 410: Problem},
        summary="Take the copy, once",
    )
    def post(self, request: Request, request_id: uuid.UUID) -> RowStream:
        found = _found(request_id)
        stream = copy_stream(found)
        handing_out.take_copy(request=found, actor=self.actor, ip=self.ip)
        return stream


class RequestCertificate(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE}

    @extend_schema(responses=OpenApiTypes.OBJECT, summary="What an erasure deleted, and what stays and why")
    def get(self, request: Request, request_id: uuid.UUID) -> Response:
        found = _found(request_id)
        if found.certificate is None:
            raise NotFound("no_certificate", _("Nothing was erased for this request."))
        return Response(found.certificate)


def _begin(found: SubjectRequest, told: dict[str, Any], **who: Any) -> SubjectRequest:
    if found.kind not in (RequestKind.ACCESS, RequestKind.ERASURE):
        raise Conflict("nothing_to_begin", _("This request is answered by a person, not by a job."))
    found = requesting.confirm_identity(request=found, how=told["identity"], **who)
    if found.kind == RequestKind.ACCESS:
        return handing_out.begin_copy(request=found, **who)
    return erasing.begin_erasure(request=found, word=told.get("confirm", ""), **who)


def _found(request_id: uuid.UUID) -> SubjectRequest:
    found: SubjectRequest = get_object_or_404(requests_of_institution(), id=request_id)
    return found


def _candidate(candidate_id: uuid.UUID) -> Candidate:
    found = Candidate.objects.filter(id=candidate_id).first()
    if found is None:
        raise NotFound("candidate_not_found", _("There is no such candidate."), field="candidate_id")
    return found


def _session(session_id: uuid.UUID | None) -> Session | None:
    if session_id is None:
        return None
    found = Session.objects.filter(id=session_id).first()
    if found is None:
        raise NotFound("session_not_found", _("There is no such sitting."), field="session_id")
    return found
