"""Exams: listed, made, changed."""

import uuid
from dataclasses import fields
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant, Query, in_order
from accounts.api.pages import Pages
from accounts.errors import DomainError
from accounts.roles import Action
from exams import queries, services
from exams.forms import ExamForm
from exams.models import Exam, RecordingMode, Sensitivity
from exams.services import ExamSettings

SWITCHES = tuple(field.name for field in fields(ExamSettings) if field.type is bool)


class WithSwitches(serializers.Serializer):  # type: ignore[misc]
    """What an exam watches and asks for: one switch each."""

    def get_fields(self) -> dict[str, Any]:
        switches = {name: serializers.BooleanField(required=False) for name in SWITCHES}
        return {**super().get_fields(), **switches}


class ExamView(WithSwitches):
    id = serializers.UUIDField()
    title = serializers.CharField()
    duration_minutes = serializers.IntegerField()
    opens_at = Instant(allow_null=True)
    closes_at = Instant(allow_null=True)
    instructions = serializers.CharField()
    content_url = serializers.CharField()
    allowed_tabs = serializers.IntegerField()
    recording = serializers.ChoiceField(RecordingMode.choices)
    risk_policy = serializers.CharField()
    sensitivity = serializers.ChoiceField(Sensitivity.choices)
    created_at = Instant()


class ExamChange(Body, WithSwitches):
    title = serializers.CharField(max_length=200, required=False)
    duration_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)
    opens_at = Instant(required=False, allow_null=True)
    closes_at = Instant(required=False, allow_null=True)
    instructions = serializers.CharField(max_length=20000, required=False, allow_blank=True)
    content_url = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    allowed_tabs = serializers.IntegerField(min_value=1, max_value=20, required=False)
    recording = serializers.ChoiceField(RecordingMode.choices, required=False)
    risk_policy = serializers.CharField(max_length=80, required=False)
    sensitivity = serializers.ChoiceField(Sensitivity.choices, required=False)


class NewExam(ExamChange):
    title = serializers.CharField(max_length=200)
    duration_minutes = serializers.IntegerField(min_value=1, max_value=1440)


class ExamQuery(Query):
    title = serializers.CharField(required=False, max_length=100, help_text="A part of the title.")
    opens_after = Instant(required=False)
    opens_before = Instant(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return in_order(attrs, "opens_after", "opens_before")


class Exams(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.EDIT_EXAMS}
    query_class = ExamQuery
    pagination_class = Pages

    @extend_schema(responses=ExamView(many=True), summary="Exams, newest first")
    def get(self, request: Request) -> Response:
        rows = queries.exams(search=self.wanted.get("title", ""))
        if "opens_after" in self.wanted:
            rows = rows.filter(opens_at__gte=self.wanted["opens_after"])
        if "opens_before" in self.wanted:
            rows = rows.filter(opens_at__lt=self.wanted["opens_before"])
        return self.page(rows, ExamView)

    @extend_schema(
        request=NewExam,
        responses={201: ExamView},
        summary="Make an exam",
        examples=[
            OpenApiExample(
                "A written exam",
                {
                    "title": "Logic I",
                    "duration_minutes": 90,
                    "opens_at": "2030-01-31T09:00:00Z",
                    "closes_at": "2030-01-31T12:00:00Z",
                    "watch_webcam": True,
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.body(NewExam)
        settings = settings_of({**_DEFAULTS, **wanted})
        exam = services.create_exam(settings=settings, actor=self.actor, ip=self.ip)
        return Response(ExamView(exam).data, status=201)


class ExamEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "PATCH": Action.EDIT_EXAMS}

    @extend_schema(responses=ExamView, summary="One exam")
    def get(self, request: Request, exam_id: uuid.UUID) -> Response:
        return Response(ExamView(find_exam(exam_id)).data)

    @extend_schema(request=ExamChange, responses=ExamView, summary="Change an exam")
    def patch(self, request: Request, exam_id: uuid.UUID) -> Response:
        exam = find_exam(exam_id)
        as_it_is = {field.name: getattr(exam, field.name) for field in fields(ExamSettings)}
        settings = settings_of({**as_it_is, **self.body(ExamChange)}, keeping=exam.risk_policy)
        changed = services.change_exam(exam=exam, settings=settings, actor=self.actor, ip=self.ip)
        return Response(ExamView(changed).data)


def find_exam(exam_id: uuid.UUID) -> Exam:
    exam: Exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    return exam


def settings_of(wanted: dict[str, Any], *, keeping: str | None = None) -> ExamSettings:
    """Judged by the console's own form: what fits together there fits together here."""
    form = ExamForm(wanted)
    if keeping is not None:
        form.keep_policy(keeping)
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise DomainError("invalid", str(problems[0]), field=None if field == "__all__" else str(field))
    return ExamSettings(**form.cleaned_data)


_DEFAULTS: dict[str, Any] = {
    field.name: field.default
    for field in fields(ExamSettings)
    if field.name not in ("title", "duration_minutes")
}
