"""Exams and the audit log to take away as files, and archives of reports that are made in a while."""

import uuid
from typing import ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant, Span
from accounts.api.pages import Pages
from accounts.errors import Forbidden
from accounts.roles import Action
from accounts.tenancy import current_institution_id
from exams.models import Exam
from reports import queries
from reports.models import Export, ExportState
from reports.row_stream import RowStream, archive_stream, audit_stream, exam_stream
from reports.services import exporting


class ExportView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    exam_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ExportState.choices)
    progress = serializers.FloatField(help_text="0 to 1.")
    report_count = serializers.IntegerField()
    missing_count = serializers.IntegerField(help_text="Sittings that have no report, or whose file is gone.")
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    created_at = Instant()
    ready_at = Instant(allow_null=True)


class ExamFile(Endpoint):
    """One file; `kind` comes from the address."""

    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    kind: ClassVar[str]

    def get(self, request: Request, exam_id: uuid.UUID) -> RowStream:
        exam = get_object_or_404(Exam.objects.all(), id=exam_id)
        exporting.note_taking(what=f"exam:{exam.id}", kind=self.kind, actor=self.actor, ip=self.ip)
        return exam_stream(exam, self.kind)


@extend_schema(
    responses={(200, "text/csv"): OpenApiTypes.STR}, summary="The sittings of an exam, a line each, as CSV"
)
class ExamCsv(ExamFile):
    kind = "csv"


@extend_schema(
    responses={(200, "application/json"): OpenApiTypes.OBJECT},
    summary="The sittings of an exam with all flags and decisions",
)
class ExamJson(ExamFile):
    kind = "json"


class AuditFile(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_AUDIT}
    query_class = Span
    kind: ClassVar[str]

    def get(self, request: Request) -> RowStream:
        since, until = self.wanted.get("since"), self.wanted.get("until")
        exporting.note_taking(
            what="audit",
            kind=self.kind,
            actor=self.actor,
            ip=self.ip,
            since=since.isoformat() if since else None,
            until=until.isoformat() if until else None,
        )
        return audit_stream(current_institution_id(), self.kind, since=since, until=until)


@extend_schema(
    responses={(200, "text/csv"): OpenApiTypes.STR}, summary="A range of the audit log, oldest first, as CSV"
)
class AuditCsv(AuditFile):
    kind = "csv"


@extend_schema(
    responses={(200, "application/json"): OpenApiTypes.OBJECT},
    summary="A range of the audit log, oldest first, with its chain of hashes",
)
class AuditJson(AuditFile):
    kind = "json"


class ExamExports(Endpoint):
    actions: ClassVar = {"POST": Action.VIEW_EXAMS}

    @extend_schema(
        request=None,
        responses={202: ExportView},
        summary="Have all reports of an exam put into one ZIP",
        description="The archive is made in a while: ask for it by its id until its state is `ready`.",
    )
    def post(self, request: Request, exam_id: uuid.UUID) -> Response:
        exam = get_object_or_404(Exam.objects.all(), id=exam_id)
        export = exporting.ask_for_reports(exam=exam, actor=self.actor, ip=self.ip)
        return Response(ExportView(export).data, status=202)


class Exports(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    pagination_class = Pages

    @extend_schema(responses=ExportView(many=True), summary="Archives that were asked for, newest first")
    def get(self, request: Request) -> Response:
        return self.page(queries.exports(), ExportView)


class OneExport(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "DELETE": Action.VIEW_EXAMS}

    @extend_schema(responses=ExportView, summary="How far an archive is")
    def get(self, request: Request, export_id: uuid.UUID) -> Response:
        return Response(ExportView(_standing(export_id)).data)

    @extend_schema(responses={204: None}, summary="Cancel an archive, or delete its file")
    def delete(self, request: Request, export_id: uuid.UUID) -> Response:
        if self.caller.key is not None and not self.caller.may(Action.EDIT_EXAMS):
            # Members may tidy up after each other; a program that was let in to read has nothing to delete.
            raise Forbidden(
                "key_scope", _("This API key may not delete archives: it needs the scope “write”.")
            )
        export = _standing(export_id)
        exporting.cancel_export(export=export, actor=self.actor, ip=self.ip)
        return Response(status=204)


def _standing(export_id: uuid.UUID) -> Export:
    """What was cancelled or deleted is gone from its address; the list keeps it."""
    left = queries.exports().filter(cancelled_at__isnull=True, deleted_at__isnull=True)
    export: Export = get_object_or_404(left, id=export_id)
    return export


class ExportFile(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY}, summary="The archive, once it is ready"
    )
    def get(self, request: Request, export_id: uuid.UUID) -> RowStream:
        export = get_object_or_404(queries.exports(), id=export_id)
        stream = archive_stream(export)
        exporting.note_taking(what=f"export:{export.id}", kind="zip", actor=self.actor, ip=self.ip)
        return stream
