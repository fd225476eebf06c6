"""A session's report: as JSON, and as the files that people read."""

import uuid
from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant, Problem, Query
from accounts.roles import Action
from proctoring.models import Decision
from reports import services
from reports.views.report_files import file_answer, find_session, wanted_report


class SummaryView(serializers.Serializer):  # type: ignore[misc]
    total_events = serializers.IntegerField()
    critical_flags = serializers.IntegerField()
    warning_flags = serializers.IntegerField()
    integrity_score = serializers.FloatField()


class ReportVerdictView(serializers.Serializer):  # type: ignore[misc]
    decision = serializers.ChoiceField(Decision.choices)
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = Instant()


class ReportEntryView(serializers.Serializer):  # type: ignore[misc]
    timestamp = Instant(allow_null=True)
    since_ms = serializers.IntegerField()
    event_type = serializers.CharField()
    severity = serializers.CharField()
    duration_ms = serializers.IntegerField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    snapshot_url = serializers.CharField(allow_null=True)
    verdict = ReportVerdictView(allow_null=True)


class ReportIntervalView(serializers.Serializer):  # type: ignore[misc]
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    interval_score = serializers.FloatField()
    flagged = serializers.BooleanField()


class ReportPolicyView(serializers.Serializer):  # type: ignore[misc]
    name = serializers.CharField()
    sha256 = serializers.CharField()


class DigestsView(serializers.Serializer):  # type: ignore[misc]
    log_root = serializers.CharField()
    result = serializers.CharField()
    engine = serializers.CharField()


class AuditHeadView(serializers.Serializer):  # type: ignore[misc]
    institution = serializers.CharField(help_text="Its short name, as `audit head` writes it.")
    number = serializers.IntegerField()
    hash = serializers.CharField()
    at = Instant()


class ConfirmedView(serializers.Serializer):  # type: ignore[misc]
    critical_flags = serializers.IntegerField()
    warning_flags = serializers.IntegerField()
    info_flags = serializers.IntegerField()
    integrity_score = serializers.FloatField(help_text="That confirmed flags alone give.")


class ReportDecisionView(serializers.Serializer):  # type: ignore[misc]
    recommendation = serializers.CharField(help_text="PASS, PASS_WITH_REVIEW or REVIEW_REQUIRED.")
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = Instant()


class ReportView(serializers.Serializer):  # type: ignore[misc]
    status = serializers.ChoiceField(("provisional", "final"))
    unreviewed_flags = serializers.IntegerField()
    confirmed = ConfirmedView(help_text="What people left of the flags; `summary` is before anybody looked.")
    decision = ReportDecisionView(allow_null=True, help_text="A person's, on the sitting.")
    session_id = serializers.UUIDField()
    candidate_id = serializers.CharField()
    duration_actual = serializers.FloatField(help_text="Minutes.")
    summary = SummaryView()
    coverage = serializers.FloatField(allow_null=True, help_text="The share of the time that was seen.")
    timeline = ReportEntryView(many=True)
    intervals = ReportIntervalView(many=True)
    recommendation = serializers.CharField(help_text="PASS, PASS_WITH_REVIEW or REVIEW_REQUIRED.")
    policy = ReportPolicyView()
    adjusted = serializers.CharField(
        allow_null=True, help_text="What was adjusted for this candidate, never why; null for nothing."
    )
    digests = DigestsView()
    audit = AuditHeadView(
        required=False, help_text="The newest entry of the audit log when the report was made."
    )


class ReportQuery(Query):
    version = serializers.IntegerField(required=False, min_value=1, max_value=99_999_999)


class ReportFile(Endpoint):
    """One file of the report; `kind` comes from the address. Who took it away is on record."""

    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = ReportQuery
    kind: ClassVar[str]

    def get(self, request: Request, session_id: uuid.UUID) -> HttpResponse:
        session = find_session(session_id)
        version = self.wanted.get("version")
        report = wanted_report(session, None if version is None else str(version))
        answer = file_answer(session, report, self.kind)
        if request.method == "GET":
            services.note_reading(report=report, kind=self.kind, actor=self.actor, ip=self.ip)
        return answer


_NOT_YET = {409: Problem, 503: Problem}
_EXAMPLE = {
    "status": "provisional",
    "unreviewed_flags": 1,
    "confirmed": {"critical_flags": 0, "warning_flags": 0, "info_flags": 0, "integrity_score": 100.0},
    "decision": None,
    "session_id": "0b7c6a52-9a53-4a7e-8a52-6f4f1c1f6f11",
    "candidate_id": "cand_456",
    "duration_actual": 178.0,
    "summary": {"total_events": 12, "critical_flags": 2, "warning_flags": 5, "integrity_score": 74.0},
    "coverage": 0.98,
    "timeline": [
        {
            "timestamp": "2030-12-15T10:05:23.000Z",
            "since_ms": 323000,
            "event_type": "LOOKING_AWAY",
            "severity": "warning",
            "duration_ms": 4500,
            "confidence": 0.8,
            "snapshot_url": None,
            "verdict": None,
        }
    ],
    "intervals": [{"start_ms": 0, "end_ms": 30000, "interval_score": 0, "flagged": False}],
    "recommendation": "PASS_WITH_REVIEW",
    "policy": {"name": "default", "sha256": "5f…"},
    "adjusted": None,
    "digests": {"log_root": "9c…", "result": "1a…", "engine": "1"},
    "audit": {"institution": "north", "number": 812, "hash": "7b…", "at": "2030-12-15T13:02:11.000Z"},
}


@extend_schema(
    responses={200: ReportView, **_NOT_YET},
    summary="The report, as data",
    examples=[OpenApiExample("A report", _EXAMPLE, response_only=True, status_codes=["200"])],
)
class ReportEndpoint(ReportFile):
    kind = "json"


@extend_schema(responses={200: ReportView, **_NOT_YET}, summary="The report as a JSON file")
class ReportJson(ReportFile):
    kind = "json"


@extend_schema(
    responses={(200, "application/pdf"): OpenApiTypes.BINARY, **_NOT_YET}, summary="The report as PDF"
)
class ReportPdf(ReportFile):
    kind = "pdf"


@extend_schema(
    responses={(200, "text/csv"): OpenApiTypes.STR, **_NOT_YET}, summary="The report's flags as CSV"
)
class ReportCsv(ReportFile):
    kind = "csv"


@extend_schema(
    responses={(200, "text/csv"): OpenApiTypes.STR, **_NOT_YET}, summary="The 30-second intervals as CSV"
)
class IntervalsCsv(ReportFile):
    kind = "intervals"
