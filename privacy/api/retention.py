"""The terms about personal data, what was deleted, and what must not be."""

import uuid
from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.endpoint import Endpoint
from accounts.api.fields import Problem
from accounts.api.pages import Pages
from accounts.privacy_terms import Wanted, change_terms, current_terms
from accounts.roles import Action
from exams import holds
from exams.models import LegalHold
from privacy.api.fields import HoldView, NewHold, PurgeView, TermsChange, TermsView
from privacy.models import PurgeRun


class Terms(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "PATCH": Action.MANAGE}

    @extend_schema(responses=TermsView, summary="How long personal data is kept, and why")
    def get(self, request: Request) -> Response:
        return Response(TermsView(current_terms()).data)

    @extend_schema(request=TermsChange, responses=TermsView, summary="Change it")
    def patch(self, request: Request) -> Response:
        written, terms = self.body(TermsChange), current_terms()
        changed = change_terms(
            wanted=Wanted(
                days=dict(written.get("days", {})),
                lawful_basis=written.get("lawful_basis", terms.lawful_basis),
                contact=written.get("contact", terms.contact),
            ),
            is_confirmed=written.get("confirm_shortening", False),
            actor=self.actor,
            ip=self.ip,
        )
        return Response(TermsView(changed).data)


class Purges(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_AUDIT}
    pagination_class = Pages

    @extend_schema(responses=PurgeView(many=True), summary="What was deleted, night by night")
    def get(self, request: Request) -> Response:
        return self.page(PurgeRun.objects.all(), PurgeView)


class Purge(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_AUDIT}

    @extend_schema(responses=PurgeView, summary="One night")
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        return Response(PurgeView(get_object_or_404(PurgeRun, id=run_id)).data)


class Holds(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "POST": Action.MANAGE}
    pagination_class = Pages

    @extend_schema(responses=HoldView(many=True), summary="What must not be deleted, and what was")
    def get(self, request: Request) -> Response:
        return self.page(LegalHold.objects.all(), HoldView)

    @extend_schema(request=NewHold, responses={201: HoldView, 404: Problem}, summary="Place a hold")
    def post(self, request: Request) -> Response:
        wanted = self.body(NewHold)
        hold = holds.place_hold(
            scope=wanted["scope"],
            subject_id=wanted.get("subject_id"),
            reason=wanted["reason"],
            case_ref=wanted.get("case_ref", ""),
            actor=self.actor,
            ip=self.ip,
        )
        return Response(HoldView(hold).data, status=201)


class Hold(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE}

    @extend_schema(responses=HoldView, summary="One hold")
    def get(self, request: Request, hold_id: uuid.UUID) -> Response:
        return Response(HoldView(get_object_or_404(LegalHold, id=hold_id)).data)


class HoldRelease(Endpoint):
    """Two persons do this, one after the other; no program can."""

    actions: ClassVar = {"POST": Action.MANAGE}
    persons_only: ClassVar[bool] = True

    @extend_schema(request=None, responses=HoldView, summary="Ask for the release, or agree to it")
    def post(self, request: Request, hold_id: uuid.UUID) -> Response:
        hold, person = get_object_or_404(LegalHold, id=hold_id), self.actor
        assert person is not None
        is_second = hold.release_asked_by_id not in (None, person.id)
        act = holds.release if is_second else holds.ask_release
        return Response(HoldView(act(hold=hold, actor=person, ip=self.ip)).data)
