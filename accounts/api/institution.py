"""The institution, and who works in it."""

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import members, services
from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body, Instant
from accounts.api.pages import Pages
from accounts.models import Institution, Membership
from accounts.roles import Action, Role


class InstitutionView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    time_zone = serializers.CharField(source="timezone")
    alert_roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices), help_text="Who is mailed when a flag is critical."
    )
    created_at = Instant()


class InstitutionChange(Body):
    name = serializers.CharField(max_length=200, required=False)
    time_zone = serializers.CharField(max_length=64, required=False, help_text="As in Europe/Berlin.")
    alert_roles = serializers.ListField(
        child=serializers.ChoiceField(Role.choices),
        required=False,
        max_length=10,
        help_text="Who is mailed when a flag is critical; nobody where it is empty.",
    )


class MemberView(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    role = serializers.ChoiceField(Role.choices)
    created_at = Instant()


class NewMember(Body):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(
        max_length=200, trim_whitespace=False, help_text="10 characters or more."
    )
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    role = serializers.ChoiceField(Role.choices)


class MemberChange(Body):
    role = serializers.ChoiceField(Role.choices)


class InstitutionEndpoint(Endpoint):
    actions: ClassVar = {"GET": Action.VIEW_EXAMS, "PATCH": Action.MANAGE}

    @extend_schema(responses=InstitutionView, summary="Your institution")
    def get(self, request: Request) -> Response:
        return Response(InstitutionView(self._own()).data)

    @extend_schema(request=InstitutionChange, responses=InstitutionView, summary="Change it")
    def patch(self, request: Request) -> Response:
        wanted = self.body(InstitutionChange)
        own = self._own()
        changed = services.change_institution(
            institution=own,
            name=wanted.get("name", own.name),
            timezone=wanted.get("time_zone", own.timezone),
            alert_roles=wanted.get("alert_roles"),
            actor=self.actor,
            ip=self.ip,
        )
        return Response(InstitutionView(changed).data)

    def _own(self) -> Institution:
        return Institution.objects.get(id=self.caller.institution_id)


class Members(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "POST": Action.MANAGE}
    persons_only: ClassVar[bool] = True
    pagination_class = Pages

    @extend_schema(responses=MemberView(many=True), summary="Who works here")
    def get(self, request: Request) -> Response:
        return self.page(_members(), MemberView)

    @extend_schema(
        request=NewMember,
        responses={201: MemberView},
        summary="Add somebody",
        examples=[
            OpenApiExample(
                "An examiner",
                {"email": "bob@north.example", "password": "a few odd words", "role": "examiner"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = self.body(NewMember)
        added = services.add_member(
            email=wanted["email"],
            password=wanted["password"],
            name=wanted.get("name", ""),
            role=Role(wanted["role"]),
            actor=self.actor,
        )
        return Response(MemberView(added).data, status=201)


class Member(Endpoint):
    actions: ClassVar = {"GET": Action.MANAGE, "PATCH": Action.MANAGE, "DELETE": Action.MANAGE}
    persons_only: ClassVar[bool] = True

    @extend_schema(responses=MemberView, summary="One of them")
    def get(self, request: Request, user_id: uuid.UUID) -> Response:
        return Response(MemberView(get_object_or_404(_members(), user_id=user_id)).data)

    @extend_schema(request=MemberChange, responses=MemberView, summary="Change what somebody may do")
    def patch(self, request: Request, user_id: uuid.UUID) -> Response:
        membership = get_object_or_404(_members(), user_id=user_id)
        changed = members.change_role(
            membership=membership, role=self.body(MemberChange)["role"], actor=self.actor, ip=self.ip
        )
        return Response(MemberView(changed).data)

    @extend_schema(responses={204: None}, summary="Let somebody go")
    def delete(self, request: Request, user_id: uuid.UUID) -> Response:
        members.remove(
            membership=get_object_or_404(_members(), user_id=user_id), actor=self.actor, ip=self.ip
        )
        return Response(status=204)


def _members() -> QuerySet[Any]:
    return Membership.objects.select_related("user")
