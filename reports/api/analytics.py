"""Numbers about sittings that are over, of one exam and of the institution."""

import uuid
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant, Span
from accounts.roles import Action
from accounts.tenancy import current_institution_id
from exams.api.exams import find_exam
from exams.models import Exam
from proctoring.analytics import Scope
from proctoring.api.looking import CountsView
from reports.analytics_export import document, find
from reports.row_stream import RowStream, analytics_stream
from reports.services import exporting


class SumsView(serializers.Serializer):  # type: ignore[misc]
    sessions = serializers.IntegerField()
    mean_integrity_score = serializers.FloatField(allow_null=True)
    coverage = serializers.FloatField(allow_null=True, help_text="0 to 1, of the time a camera was watched.")


class TotalView(SumsView):
    flags = CountsView()


class DayView(TotalView):
    day = serializers.DateField(help_text="On which the sessions ended; with `weekly` a week's Monday.")


class RuleNumbersView(serializers.Serializer):  # type: ignore[misc]
    rule = serializers.CharField()
    label = serializers.CharField()
    severity = serializers.CharField()
    sessions = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    dismissed = serializers.IntegerField()
    technical = serializers.IntegerField()
    undecided = serializers.IntegerField()
    overruled_share = serializers.FloatField(allow_null=True, help_text="Null where too few are decided.")


class TechnicalView(serializers.Serializer):  # type: ignore[misc]
    frames_recorded = serializers.IntegerField()
    frames_refused = serializers.IntegerField()
    frames_dropped = serializers.IntegerField()
    frames_unavailable = serializers.IntegerField()
    offline = serializers.IntegerField()
    offline_sittings = serializers.IntegerField()
    offline_ms = serializers.IntegerField()
    camera_lost = serializers.IntegerField()
    camera_lost_sittings = serializers.IntegerField()
    microphone_lost = serializers.IntegerField()
    microphone_lost_sittings = serializers.IntegerField()
    late_records = serializers.IntegerField()
    changed_sittings = serializers.IntegerField(help_text="Whose result changed after late data.")


class CandidateMinutesView(serializers.Serializer):  # type: ignore[misc]
    session_id = serializers.UUIDField()
    candidate_id = serializers.CharField()
    flags = serializers.ListField(child=serializers.IntegerField())


class MinutesView(serializers.Serializer):  # type: ignore[misc]
    step_minutes = serializers.IntegerField()
    flags = serializers.ListField(child=serializers.IntegerField(), help_text="The last takes all later.")
    candidates = CandidateMinutesView(many=True)
    candidates_left_out = serializers.IntegerField()


class ExamNameView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    title = serializers.CharField()


class ExamNumbersView(SumsView):
    id = serializers.UUIDField()
    title = serializers.CharField()
    flags = serializers.IntegerField()


class AnalyticsView(serializers.Serializer):  # type: ignore[misc]
    exam = ExamNameView(allow_null=True)
    since = Instant(allow_null=True)
    until = Instant(allow_null=True)
    time_zone = serializers.CharField()
    total = TotalView()
    weekly = serializers.BooleanField()
    days = DayView(many=True)
    rules = RuleNumbersView(many=True)
    technical = TechnicalView()
    minutes = MinutesView(allow_null=True, help_text="Of one exam alone.")
    exams = ExamNumbersView(many=True, help_text="Empty for one exam.")


class AnalyticsEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = Span

    def scope(self, exam: Exam | None) -> Scope:
        zone = timezone.get_current_timezone()
        return Scope(zone=zone, exam=exam, since=self.wanted.get("since"), until=self.wanted.get("until"))

    def told(self, exam: Exam | None) -> Response:
        found: dict[str, Any] = document(find(self.scope(exam)))
        return Response(found)

    def file(self, exam: Exam | None) -> RowStream:
        scope = self.scope(exam)
        what = f"analytics:{exam.id}" if exam else "analytics"
        exporting.note_taking(what=what, kind="csv", actor=self.actor, ip=self.ip)
        return analytics_stream(current_institution_id(), scope, "csv")


class InstitutionAnalytics(AnalyticsEndpoint):
    @extend_schema(responses=AnalyticsView, summary="Numbers about all sessions that are over")
    def get(self, request: Request) -> Response:
        return self.told(None)


class ExamAnalytics(AnalyticsEndpoint):
    @extend_schema(responses=AnalyticsView, summary="Numbers about an exam's sessions that are over")
    def get(self, request: Request, exam_id: uuid.UUID) -> Response:
        return self.told(find_exam(exam_id))


class InstitutionAnalyticsCsv(AnalyticsEndpoint):
    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR}, summary="The same numbers about all, a line each"
    )
    def get(self, request: Request) -> RowStream:
        return self.file(None)


class ExamAnalyticsCsv(AnalyticsEndpoint):
    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR}, summary="The same numbers about an exam, a line each"
    )
    def get(self, request: Request, exam_id: uuid.UUID) -> RowStream:
        return self.file(find_exam(exam_id))
