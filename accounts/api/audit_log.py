"""Who did what, as it was chained."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.api.endpoint import Endpoint
from accounts.api.fields import Instant, Span
from accounts.api.pages import Pages
from accounts.models import AuditEntry
from accounts.roles import Action


class EntryView(serializers.Serializer):  # type: ignore[misc]
    number = serializers.IntegerField()
    at = Instant()
    actor = serializers.CharField(help_text="`user:...`, `candidate:...`, `api_key:...` or `system`.")
    action = serializers.CharField()
    subject = serializers.CharField()
    ip = serializers.CharField(help_text="The network, never the whole address.")
    detail = serializers.DictField()
    previous_hash = serializers.CharField()
    entry_hash = serializers.CharField()


class EntryQuery(Span):
    action = serializers.CharField(required=False, max_length=80, help_text="As in `exam.created`.")
    actor = serializers.CharField(required=False, max_length=80)
    subject = serializers.CharField(required=False, max_length=120)


class ChainView(serializers.Serializer):  # type: ignore[misc]
    whole = serializers.BooleanField()
    first_broken = serializers.IntegerField(allow_null=True, help_text="The first entry that does not fit.")


_FILTERS = {"action": "action", "actor": "actor", "subject": "subject", "since": "at__gte", "until": "at__lt"}


class AuditLog(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_AUDIT}
    pagination_class = Pages
    query_class = EntryQuery
    ordering: ClassVar[tuple[str, ...]] = ("-number",)

    @extend_schema(responses=EntryView(many=True), summary="The audit log, newest first")
    def get(self, request: Request) -> Response:
        wanted = {_FILTERS[name]: value for name, value in self.wanted.items()}
        return self.page(AuditEntry.objects.filter(**wanted), EntryView)


class AuditChain(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_AUDIT}

    @extend_schema(responses=ChainView, summary="Whether the audit log is still as it was written")
    def get(self, request: Request) -> Response:
        broken = audit.first_broken()
        return Response({"whole": broken is None, "first_broken": broken})
