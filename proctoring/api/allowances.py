"""What candidates are allowed: granted one by one or to many, and taken back."""

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant, Problem, Query
from accounts.api.pages import Pages
from accounts.errors import NotFound
from accounts.roles import Action
from analysis.risk.areas import AREA_NAMES, LEAST_PATIENCE, MOST_PATIENCE, PATIENT_AREAS
from exams import allowing as limits
from exams.adjustments import live_allowances
from exams.allowing import AllowanceTerms
from exams.api.exams import find_exam
from exams.models import Allowance, Candidate, Exam
from proctoring.services import allowing

EXAMPLE: dict[str, Any] = {
    "extra_percent": 25,
    "break_count": 2,
    "break_minutes": 5,
    "switched_off": ["gaze"],
    "patience": {"pose": 200},
    "reason": "Agreed with the disability office.",
}


class PersonView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    candidate_id = serializers.CharField(source="external_id", help_text="Your own id.")
    name = serializers.CharField()
    email = serializers.CharField()
    created_at = Instant()


class PersonQuery(Query):
    candidate_id = serializers.CharField(required=False, max_length=100, help_text="Your own id.")


class AllowanceView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    candidate = serializers.UUIDField(source="candidate.id")
    candidate_id = serializers.CharField(source="candidate.external_id", help_text="Your own id.")
    exam = serializers.UUIDField(source="exam_id", allow_null=True, help_text="Null: for all exams.")
    extra_minutes = serializers.IntegerField()
    extra_percent = serializers.IntegerField()
    break_count = serializers.IntegerField()
    break_minutes = serializers.IntegerField()
    switched_off = serializers.ListField(child=serializers.ChoiceField(AREA_NAMES))
    patience = serializers.DictField(child=serializers.IntegerField(), help_text="Per cent by area.")
    reason = serializers.CharField(allow_null=True, help_text="Null where you may not change exams.")
    until = Instant(allow_null=True)
    batch = serializers.UUIDField(allow_null=True)
    created_at = Instant()
    ended_at = Instant(allow_null=True, help_text="When it was withdrawn or replaced.")

    def to_representation(self, instance: Allowance) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        if not self.context.get("reasons"):
            shown["reason"] = None
        return shown


class AllowanceBody(Body):
    exam = serializers.UUIDField(
        required=False, allow_null=True, help_text="Left out: for all exams, where none has its own."
    )
    extra_minutes = serializers.IntegerField(min_value=0, max_value=limits.MOST_MINUTES, required=False)
    extra_percent = serializers.IntegerField(
        min_value=0, max_value=limits.MOST_PERCENT, required=False, help_text="Of the exam's time."
    )
    break_count = serializers.IntegerField(min_value=0, max_value=limits.MOST_BREAKS, required=False)
    break_minutes = serializers.IntegerField(
        min_value=0, max_value=limits.LONGEST_BREAK_MINUTES, required=False, help_text="Of each break."
    )
    switched_off = serializers.ListField(
        child=serializers.ChoiceField(AREA_NAMES),
        required=False,
        max_length=len(AREA_NAMES),
        help_text="Areas that are not watched.",
    )
    patience = serializers.DictField(
        child=serializers.IntegerField(min_value=LEAST_PATIENCE, max_value=MOST_PATIENCE),
        required=False,
        help_text="How long it must last before a rule fires, in per cent of the policy's time, by area: "
        + ", ".join(PATIENT_AREAS)
        + ".",
    )
    reason = serializers.CharField(max_length=limits.LONGEST_REASON, help_text="In no report and no export.")
    until = Instant(required=False, allow_null=True, help_text="For sittings that start before.")


class ManyAllowancesBody(AllowanceBody):
    candidate_ids = serializers.ListField(
        child=serializers.CharField(max_length=100),
        min_length=1,
        max_length=limits.MOST_AT_ONCE,
        help_text="Your own ids.",
    )


class BatchView(serializers.Serializer):  # type: ignore[misc]
    batch = serializers.UUIDField(help_text="Delete it to undo.")
    granted = serializers.IntegerField()


class AllowanceQuery(Query):
    exam = serializers.UUIDField(required=False)
    candidate_id = serializers.CharField(required=False, max_length=100, help_text="Your own id.")
    counts = serializers.BooleanField(required=False, help_text="True: only those that count now.")


class AllowanceEndpoint(Endpoint):
    def shown(self, rows: Any, **kind: Any) -> Any:
        context = {"reasons": self.caller.may(Action.EDIT_EXAMS)}
        return AllowanceView(rows, context=context, **kind).data


class Persons(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}
    query_class = PersonQuery
    pagination_class = Pages

    @extend_schema(responses=PersonView(many=True), summary="Candidates, newest first")
    def get(self, request: Request) -> Response:
        rows = Candidate.objects.all()
        if "candidate_id" in self.wanted:
            rows = rows.filter(external_id=self.wanted["candidate_id"])
        return self.page(rows, PersonView)


class Person(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS}

    @extend_schema(responses=PersonView, summary="One candidate")
    def get(self, request: Request, candidate_id: uuid.UUID) -> Response:
        return Response(PersonView(_candidate(candidate_id)).data)


class PersonAllowances(AllowanceEndpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.EDIT_EXAMS}
    pagination_class = Pages

    @extend_schema(responses=AllowanceView(many=True), summary="What a candidate is and was allowed")
    def get(self, request: Request, candidate_id: uuid.UUID) -> Response:
        rows = _allowances().filter(candidate=_candidate(candidate_id))
        return self.get_paginated_response(self.shown(self.paginate_queryset(rows), many=True))

    @extend_schema(
        request=AllowanceBody,
        responses={201: AllowanceView},
        summary="Grant a candidate an allowance, in the place of the one before",
        examples=[OpenApiExample("A quarter more time", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request, candidate_id: uuid.UUID) -> Response:
        candidate = _candidate(candidate_id)
        wanted = self.body(AllowanceBody)
        exam = _exam(wanted)
        allowance = allowing.grant_allowance(
            candidate=candidate, exam=exam, terms=_terms(wanted), actor=self.actor, ip=self.ip
        )
        return Response(self.shown(allowance), status=201)


class Allowances(AllowanceEndpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "POST": Action.EDIT_EXAMS}
    query_class = AllowanceQuery
    pagination_class = Pages

    @extend_schema(responses=AllowanceView(many=True), summary="Allowances, newest first")
    def get(self, request: Request) -> Response:
        rows = _allowances()
        if self.wanted.get("counts"):
            rows = rows.filter(id__in=live_allowances(timezone.now()).values("id"))
        if "exam" in self.wanted:
            rows = rows.filter(exam=self.wanted["exam"])
        if "candidate_id" in self.wanted:
            rows = rows.filter(candidate__external_id=self.wanted["candidate_id"])
        return self.get_paginated_response(self.shown(self.paginate_queryset(rows), many=True))

    @extend_schema(
        request=ManyAllowancesBody,
        responses={201: BatchView, 404: Problem},
        summary="Grant many candidates the same, or nobody",
        examples=[
            OpenApiExample(
                "Two candidates", {**EXAMPLE, "candidate_ids": ["20260001", "20260002"]}, request_only=True
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.body(ManyAllowancesBody)
        people, exam = _people(wanted.pop("candidate_ids")), _exam(wanted)
        batch = allowing.grant_to_many(
            candidates=people, exam=exam, terms=_terms(wanted), actor=self.actor, ip=self.ip
        )
        return Response({"batch": batch, "granted": len(people)}, status=201)


class OneAllowance(AllowanceEndpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "DELETE": Action.EDIT_EXAMS}

    @extend_schema(responses=AllowanceView, summary="One allowance")
    def get(self, request: Request, allowance_id: uuid.UUID) -> Response:
        return Response(self.shown(self._standing(allowance_id)))

    @extend_schema(responses={204: None}, summary="Withdraw an allowance")
    def delete(self, request: Request, allowance_id: uuid.UUID) -> Response:
        allowance = self._standing(allowance_id)
        allowing.withdraw_allowance(allowance=allowance, actor=self.actor, ip=self.ip)
        return Response(status=204)

    @staticmethod
    def _standing(allowance_id: uuid.UUID) -> Allowance:
        """What was withdrawn or replaced is gone from here; the lists keep it."""
        allowance: Allowance = get_object_or_404(_allowances(), id=allowance_id, ended_at__isnull=True)
        return allowance


class AllowanceBatch(Endpoint):
    actions: ClassVar = {"DELETE": Action.EDIT_EXAMS}

    @extend_schema(responses={204: None}, summary="Undo what many were granted at once")
    def delete(self, request: Request, batch: uuid.UUID) -> Response:
        get_object_or_404(Allowance.objects.filter(batch=batch)[:1])
        allowing.undo_batch(batch=batch, actor=self.actor, ip=self.ip)
        return Response(status=204)


def _candidate(candidate_id: uuid.UUID) -> Candidate:
    candidate: Candidate = get_object_or_404(Candidate.objects.all(), id=candidate_id)
    return candidate


def _allowances() -> QuerySet[Allowance]:
    return Allowance.objects.select_related("candidate")


def _exam(wanted: dict[str, Any]) -> Exam | None:
    exam_id = wanted.pop("exam", None)
    return find_exam(exam_id) if exam_id else None


def _terms(wanted: dict[str, Any]) -> AllowanceTerms:
    return AllowanceTerms(
        **{
            **wanted,
            "switched_off": frozenset(wanted.get("switched_off", ())),
            "patience": tuple(sorted(wanted.get("patience", {}).items())),
        }
    )


def _people(external_ids: list[str]) -> list[Candidate]:
    wanted = list(dict.fromkeys(one.strip() for one in external_ids))
    known = {one.external_id: one for one in Candidate.objects.filter(external_id__in=wanted)}
    unknown = next((one for one in wanted if one not in known), None)
    if unknown is not None:
        words = _("There is no candidate “%(id)s”. Nobody was granted anything.") % {"id": unknown}
        raise NotFound("candidate_unknown", words)
    return [known[one] for one in wanted]
