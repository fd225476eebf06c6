"""Sessions: one candidate's sitting of one exam, with the link that opens it."""

import uuid
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant, Problem, Query
from accounts.api.pages import Pages
from accounts.errors import DomainError
from accounts.roles import Action
from exams import booking, invitations, queries, services
from exams.api.exams import find_exam
from exams.models import Invitation, Session
from exams.queries import CandidateRow
from exams.services import CandidateDetails, ExamSettings
from exams.states import SessionState

OF_THE_EXAM = ("duration_minutes", "start_time", "allowed_tabs", "require_full_screen")


class SessionView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField(source="session.id")
    exam = serializers.UUIDField(source="session.exam_id")
    exam_name = serializers.CharField(source="session.exam.title")
    candidate_id = serializers.CharField(source="session.candidate.external_id", help_text="Your own id.")
    candidate_name = serializers.CharField(source="session.candidate.name")
    candidate_email = serializers.CharField(source="session.candidate.email")
    state = serializers.ChoiceField(SessionState.choices, source="session.state")
    join_url = serializers.CharField(
        source="link",
        allow_null=True,
        help_text="The candidate's own. Null where you may not change exams.",
    )
    created_at = Instant(source="session.created_at")
    started_at = Instant(source="session.started_at", allow_null=True)
    deadline_at = Instant(source="session.deadline_at", allow_null=True)
    ended_at = Instant(source="session.ended_at", allow_null=True)
    end_reason = serializers.CharField(source="session.end_reason")
    without_baseline = serializers.BooleanField(
        source="session.without_baseline", help_text="Started although the camera check was not passed."
    )

    def to_representation(self, instance: CandidateRow) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not self.context.get("links"):
            shown["join_url"] = None
        return shown


class CandidateBody(Body):
    external_id = serializers.CharField(max_length=100, help_text="As your institution knows this person.")
    name = serializers.CharField(max_length=200)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class NewSession(Body):
    exam = serializers.UUIDField(required=False, help_text="An exam that is there.")
    exam_name = serializers.CharField(
        max_length=200,
        required=False,
        help_text="Or a name: an exam with it and these settings is made if need be.",
    )
    candidate_id = serializers.CharField(max_length=100, required=False, help_text="Your own id of a person.")
    candidate = CandidateBody(required=False, help_text="Or the person in full.")
    duration_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)
    start_time = Instant(required=False, allow_null=True, help_text="When the exam opens.")
    allowed_tabs = serializers.IntegerField(min_value=1, max_value=20, required=False)
    require_full_screen = serializers.BooleanField(required=False)


class SessionQuery(Query):
    exam = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(SessionState.choices, required=False)
    candidate_id = serializers.CharField(required=False, max_length=100)


class LinkView(serializers.Serializer):  # type: ignore[misc]
    join_url = serializers.CharField()


_FILTERS = {"exam": "exam_id", "state": "state", "candidate_id": "candidate__external_id"}


class SessionsEndpoint(Endpoint):
    """What answers with sessions: their links only to those who may make them."""

    def shown(self, session: Session) -> dict[str, Any]:
        row = queries.candidate_row(queries.with_link(session))
        shown: dict[str, Any] = SessionView(row, context=self._context()).data
        return shown

    def page_of_sessions(self, rows: Any) -> Response:
        found = [queries.candidate_row(session) for session in self.paginate_queryset(rows)]
        return self.get_paginated_response(SessionView(found, many=True, context=self._context()).data)

    def _context(self) -> dict[str, bool]:
        return {"links": self.caller.may(Action.EDIT_EXAMS)}


class Sessions(SessionsEndpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.EDIT_EXAMS}
    query_class = SessionQuery
    pagination_class = Pages

    @extend_schema(responses=SessionView(many=True), summary="Sessions, newest first")
    def get(self, request: Request) -> Response:
        wanted = {_FILTERS[name]: value for name, value in self.wanted.items()}
        return self.page_of_sessions(queries.sessions_with_links().filter(**wanted))

    @extend_schema(
        request=NewSession,
        responses={201: SessionView, 404: Problem},
        summary="Seat a candidate, with a link",
        examples=[
            OpenApiExample(
                "By name",
                {
                    "exam_name": "Advanced Python Certification",
                    "candidate_id": "cand_456",
                    "duration_minutes": 180,
                    "start_time": "2030-12-15T10:00:00Z",
                    "allowed_tabs": 1,
                    "require_full_screen": True,
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.body(NewSession)
        details = _details(wanted)
        if _one_of(wanted, "exam", "exam_name") == "exam":
            settled = next((name for name in OF_THE_EXAM if name in wanted), None)
            if settled:
                raise DomainError("exam_settled", _("This exam has this setting already."), field=settled)
            session = services.add_candidate(
                exam=find_exam(wanted["exam"]), details=details, actor=self.actor, ip=self.ip
            )
        else:
            session = booking.book(settings=_settings(wanted), details=details, actor=self.actor, ip=self.ip)
        return Response(self.shown(session), status=201)


class SessionEndpoint(SessionsEndpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=SessionView, summary="One session")
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        return Response(self.shown(find_session(session_id)))


class Cancel(SessionsEndpoint):
    actions: ClassVar = {"POST": Action.EDIT_EXAMS}

    @extend_schema(request=None, responses=SessionView, summary="Cancel a session that has not started")
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        self.body(Body)
        session = services.cancel(session=session, actor=self.actor, ip=self.ip)
        return Response(self.shown(session))


class Link(Endpoint):
    actions: ClassVar = {"POST": Action.EDIT_EXAMS, "DELETE": Action.EDIT_EXAMS}

    @extend_schema(
        request=None, responses={201: LinkView}, summary="A new link; the one before it stops working"
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        session = find_session(session_id)
        self.body(Body)
        invitation = invitations.issue(session=session, actor=self.actor, ip=self.ip)
        return Response({"join_url": invitations.link_of(invitation)}, status=201)

    @extend_schema(responses={204: None}, summary="Withdraw the link")
    def delete(self, request: Request, session_id: uuid.UUID) -> Response:
        invitation = get_object_or_404(
            Invitation.objects.all(), session=find_session(session_id), revoked_at__isnull=True
        )
        invitations.revoke(invitation=invitation, actor=self.actor, ip=self.ip)
        return Response(status=204)


def find_session(session_id: uuid.UUID) -> Session:
    session: Session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=session_id)
    return session


def _one_of(wanted: dict[str, Any], one: str, other: str) -> str:
    if (one in wanted) == (other in wanted):
        raise DomainError(
            "one_of_two",
            _("Send either “%(one)s” or “%(other)s”.") % {"one": one, "other": other},
            field=other,
        )
    return one if one in wanted else other


def _details(wanted: dict[str, Any]) -> CandidateDetails:
    if _one_of(wanted, "candidate", "candidate_id") == "candidate":
        return CandidateDetails(**wanted["candidate"])
    return booking.details_of(wanted["candidate_id"])


def _settings(wanted: dict[str, Any]) -> ExamSettings:
    return ExamSettings(
        title=wanted["exam_name"],
        duration_minutes=wanted.get("duration_minutes", 60),
        opens_at=wanted.get("start_time"),
        allowed_tabs=wanted.get("allowed_tabs", 1),
        require_full_screen=wanted.get("require_full_screen", False),
    )
