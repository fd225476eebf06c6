"""Who sits now, and numbers about many sessions."""

import uuid
from dataclasses import asdict
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant, Query
from accounts.api.pages import Pages
from accounts.roles import Action
from exams.api.exams import find_exam
from exams.states import SessionState
from proctoring import statistics
from proctoring.api.looking import CountsView
from proctoring.statistics import ActiveSession


class ActiveView(serializers.Serializer):  # type: ignore[misc]
    session_id = serializers.UUIDField(source="session.id")
    exam_id = serializers.UUIDField(source="session.exam_id")
    exam_name = serializers.CharField(source="session.exam.title")
    candidate_id = serializers.CharField(source="session.candidate.external_id")
    candidate_name = serializers.CharField(source="session.candidate.name")
    state = serializers.ChoiceField(SessionState.choices, source="session.state")
    is_running = serializers.SerializerMethodField()
    online = serializers.BooleanField()
    interval_score = serializers.SerializerMethodField(help_text="Of the interval that runs; up to 30 s old.")
    flagged_intervals = serializers.IntegerField()
    total_score = serializers.SerializerMethodField()
    integrity_score = serializers.SerializerMethodField()
    coverage = serializers.FloatField(allow_null=True)
    flags = CountsView(source="flag_counts")
    remaining_ms = serializers.IntegerField(allow_null=True)
    started_at = Instant(source="session.started_at")

    def get_is_running(self, row: ActiveSession) -> bool:
        return row.session.state == SessionState.RUNNING

    def get_interval_score(self, row: ActiveSession) -> float:
        return row.interval_milli / 1000

    def get_total_score(self, row: ActiveSession) -> float:
        return row.score_milli / 1000

    def get_integrity_score(self, row: ActiveSession) -> float:
        return row.integrity_milli / 1000


class ActiveQuery(Query):
    exam = serializers.UUIDField(required=False)


class OverviewView(serializers.Serializer):  # type: ignore[misc]
    total_sessions = serializers.IntegerField()
    active_sessions = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())
    high_risk = serializers.IntegerField(help_text="Under way, with a critical flag.")
    flags = CountsView(help_text="Of sessions under way.")


class ExamStatisticsView(serializers.Serializer):  # type: ignore[misc]
    sessions = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())
    flags = CountsView()
    verdicts = serializers.DictField(child=serializers.IntegerField())
    undecided = serializers.IntegerField(help_text="Flags that nobody has decided on.")
    recommendations = serializers.DictField(child=serializers.IntegerField())
    mean_integrity_score = serializers.FloatField(allow_null=True)
    mean_coverage = serializers.FloatField(allow_null=True)


class Active(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = ActiveQuery
    pagination_class = Pages

    @extend_schema(responses=ActiveView(many=True), summary="Sessions under way, with their scores")
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(statistics.sessions_under_way().filter(**self.wanted))
        rows = statistics.active_sessions(page, timezone.now())
        return self.get_paginated_response(ActiveView(rows, many=True).data)


class Overview(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=OverviewView, summary="Numbers about all sessions")
    def get(self, request: Request) -> Response:
        return Response(OverviewView(asdict(statistics.overview())).data)


class ExamStatistics(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=ExamStatisticsView, summary="Numbers about one exam")
    def get(self, request: Request, exam_id: uuid.UUID) -> Response:
        found = statistics.exam_statistics(find_exam(exam_id), timezone.now())
        shown: dict[str, Any] = asdict(found)
        mean = found.mean_integrity_milli
        shown["mean_integrity_score"] = None if mean is None else mean / 1000
        return Response(ExamStatisticsView(shown).data)
