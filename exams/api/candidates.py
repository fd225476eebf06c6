"""Who sits an exam: listed, added one by one or from a list."""

import uuid
from typing import ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import Query
from accounts.api.pages import Pages
from accounts.api.parsing import CsvParser
from accounts.errors import DomainError
from accounts.roles import Action
from exams import queries, roster, services
from exams.api.exams import find_exam
from exams.api.sessions import CandidateBody, SessionsEndpoint, SessionView
from exams.services import CandidateDetails
from exams.states import SessionState

PROBLEMS_NAMED = 20


class CandidateQuery(Query):
    search = serializers.CharField(required=False, max_length=100, help_text="In name, id and email address.")
    state = serializers.ChoiceField(SessionState.choices, required=False)


class ImportedView(serializers.Serializer):  # type: ignore[misc]
    added = serializers.IntegerField()


class Candidates(SessionsEndpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.EDIT_EXAMS}
    query_class = CandidateQuery
    pagination_class = Pages

    @extend_schema(responses=SessionView(many=True), summary="An exam's candidates, each with a session")
    def get(self, request: Request, exam_id: uuid.UUID) -> Response:
        rows = queries.sessions_of_exam(
            find_exam(exam_id), search=self.wanted.get("search", ""), state=self.wanted.get("state", "")
        )
        return self.page_of_sessions(rows)

    @extend_schema(
        request=CandidateBody,
        responses={201: SessionView},
        summary="Add a candidate, with a link",
        examples=[
            OpenApiExample(
                "Ada",
                {"external_id": "20260001", "name": "Ada Example", "email": "ada@example.com"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, exam_id: uuid.UUID) -> Response:
        exam = find_exam(exam_id)
        details = CandidateDetails(**self.body(CandidateBody))
        session = services.add_candidate(exam=exam, details=details, actor=self.actor, ip=self.ip)
        return Response(self.shown(session), status=201)


class CandidateImport(SessionsEndpoint):
    actions: ClassVar = {"POST": Action.EDIT_EXAMS}
    parser_classes: ClassVar = [CsvParser]

    @extend_schema(
        request={"text/csv": OpenApiTypes.STR},
        responses={201: ImportedView},
        summary="Add everybody on a list, or nobody",
        examples=[OpenApiExample("A list", roster.TEMPLATE, request_only=True, media_type="text/csv")],
    )
    def post(self, request: Request, exam_id: uuid.UUID) -> Response:
        exam = find_exam(exam_id)
        content = request.data
        if not isinstance(content, bytes):  # an empty body is never parsed
            content = b""
        read = roster.read_roster(content, seated=queries.seated_external_ids(exam))
        if read.problems:
            raise DomainError("list_refused", _words(read.problems))
        services.add_candidates(exam=exam, rows=list(read.rows), actor=self.actor, ip=self.ip)
        return Response({"added": len(read.rows)}, status=201)


def _words(problems: tuple[roster.Problem, ...]) -> str:
    named = [
        one.message if one.line is None else f"Line {one.line}: {one.message}"
        for one in problems[:PROBLEMS_NAMED]
    ]
    more = len(problems) - len(named)
    return " ".join([*named, *([f"And {more} more."] if more else [])])
