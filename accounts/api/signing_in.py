"""Registering, signing in, renewing and signing out, for people's programs."""

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import second_factor, services, throttle, tokens
from accounts.api.endpoint import Endpoint
from accounts.api.fields import Body
from accounts.errors import DomainError
from accounts.guessing import authenticate_person
from accounts.models import Membership, User

_WHO = {"email": "ada@north.example", "password": "correct horse battery"}
_TOKEN = {"token": "eyJhbGciOi...", "refresh": "eyJhbGciOi...", "expires_in": 3600}
_PERSON = {"id": "7f9c24e8-3b12-4f3a-9d5c-1a2b3c4d5e6f", "email": "ada@north.example"}


class Registration(Body):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(
        max_length=200, trim_whitespace=False, help_text="10 characters or more."
    )
    institution = serializers.CharField(max_length=200, help_text="The name of yours; it is made new.")
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Your own.")
    time_zone = serializers.CharField(max_length=64, required=False, help_text="As in Europe/Berlin. UTC.")


class SignIn(Body):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = serializers.CharField(
        max_length=40,
        required=False,
        help_text="Where the account has a second factor: its code, or a recovery code.",
    )
    institution = serializers.CharField(
        max_length=80, required=False, help_text="Its slug, where you work for several. The first."
    )


class Refresh(Body):
    refresh = serializers.CharField(max_length=tokens.LONGEST, trim_whitespace=False)


class SignedIn(serializers.Serializer):  # type: ignore[misc]
    id = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    token = serializers.CharField(source="access", help_text="Send it as `Authorization: Bearer token`.")
    refresh = serializers.CharField(help_text="Good for one exchange, and for two weeks.")
    expires_in = serializers.IntegerField(source="expires_in_s", help_text="Seconds.")


class PublicEndpoint(Endpoint):
    is_public: ClassVar[bool] = True
    authentication_classes: ClassVar[list[type]] = []


@extend_schema(
    auth=[],
    examples=[
        OpenApiExample("Ada", {**_WHO, "institution": "North University"}, request_only=True),
        OpenApiExample("Registered", {**_PERSON, **_TOKEN}, response_only=True, status_codes=["201"]),
    ],
)
class Register(PublicEndpoint):
    @extend_schema(request=Registration, responses={201: SignedIn}, summary="Register an institution")
    def post(self, request: Request) -> Response:
        throttle.check("register", self.ip)
        wanted = self.body(Registration)
        throttle.count_failure("register", self.ip)
        membership = services.register_institution(
            name=wanted["institution"],
            email=wanted["email"],
            password=wanted["password"],
            owner_name=wanted.get("name", ""),
            timezone=wanted.get("time_zone", "UTC"),
            ip=self.ip,
        )
        return Response(SignedIn(tokens.issue(membership=membership)).data, status=201)


@extend_schema(
    auth=[],
    examples=[
        OpenApiExample("Ada", _WHO, request_only=True),
        OpenApiExample("Signed in", {**_PERSON, **_TOKEN}, response_only=True),
    ],
)
class SignInEndpoint(PublicEndpoint):
    @extend_schema(request=SignIn, responses=SignedIn, summary="Sign in")
    def post(self, request: Request) -> Response:
        wanted = self.body(SignIn)
        user = authenticate_person(request._request, email=wanted["email"], password=wanted["password"])
        second_factor.check_code(user=user, code=wanted.get("code", ""))
        membership = _membership(user, wanted.get("institution"))
        services.record_sign_in(user=user, ip=self.ip)
        return Response(SignedIn(tokens.issue(membership=membership)).data)


@extend_schema(auth=[])
class RefreshEndpoint(PublicEndpoint):
    @extend_schema(request=Refresh, responses=SignedIn, summary="Exchange a refresh token")
    def post(self, request: Request) -> Response:
        return Response(SignedIn(tokens.exchange(refresh=self.body(Refresh)["refresh"])).data)


@extend_schema(auth=[])
class SignOutEndpoint(PublicEndpoint):
    @extend_schema(request=Refresh, responses={204: None}, summary="Sign out")
    def post(self, request: Request) -> Response:
        tokens.revoke(refresh=self.body(Refresh)["refresh"])
        return Response(status=204)


def _membership(user: User, slug: str | None) -> Membership:
    found = services.memberships_of(user)
    chosen = [one for one in found if slug is None or one.institution.slug == slug]
    if not chosen:
        raise DomainError(
            "institution_unknown", _("You work for no institution of that name."), field="institution"
        )
    return chosen[0]
