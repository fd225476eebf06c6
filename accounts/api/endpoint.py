"""What every endpoint of the API is: who may, how much, read strictly, answered in one shape."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.access import client_ip
from accounts.api import idempotency, throttling
from accounts.api.callers import Caller
from accounts.api.fields import Query
from accounts.api.parsing import MAX_BODY_BYTES, too_large
from accounts.errors import LengthRequired, Unauthenticated
from accounts.models import User
from accounts.roles import Action

CHANGES = ("POST", "PUT", "PATCH")


class OneAnswer(DefaultContentNegotiation):  # type: ignore[misc]
    """Every address has one kind of answer, whatever a client says it accepts; refusals are JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(GenericAPIView):  # type: ignore[misc]
    # What one must be allowed to do, by HTTP method; every method that is written needs its line.
    actions: ClassVar[Mapping[str, Action]] = {}
    # Nobody needs to be known: signing in and the description.
    is_public: ClassVar[bool] = False
    # A key cannot do this, whatever its scopes are.
    persons_only: ClassVar[bool] = False
    # The answer of POST holds a secret, which is stored nowhere.
    answer_is_secret: ClassVar[bool] = False
    content_negotiation_class = OneAnswer
    query_class: ClassVar[type[Query]] = Query
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "id")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        caller: Caller | None = getattr(request, "caller", None)
        program = caller.key.actor if caller and caller.key else None
        with audit.acting_as(program) if program else nullcontext():
            response = super().dispatch(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in CHANGES:
            self._check_body(request)
        elif request.method in ("GET", "HEAD"):
            self.wanted = self._read(self.query_class, request.query_params)
        if request.method == "POST" and idempotency.HEADER in request.headers and request.auth:
            # `dispatch` looks the method up on the view only after this.
            self.post = idempotency.once(self.post, request, is_secret=self.answer_is_secret)

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except Unauthenticated:
            # Whoever shows something wrong is nobody, and is counted as that.
            self._count_nobody(request)
            raise

    def check_permissions(self, request: Request) -> None:
        if request.auth is None and not self.is_public:
            self._count_nobody(request)
        super().check_permissions(request)

    def _count_nobody(self, request: Request) -> None:
        """A refusal is work too; Django REST framework counts only what is let in."""
        if not throttling.within_limit(f"address:{client_ip(request._request)}"):
            self.throttled(request, throttling.WINDOW_S)

    @classmethod
    def implemented(cls) -> set[str]:
        return {name.upper() for name in cls.http_method_names if hasattr(cls, name)}

    @property
    def caller(self) -> Caller:
        caller: Caller = self.request.auth
        return caller

    @property
    def actor(self) -> User | None:
        """For services: a person, or None for a program, which the audit log names all the same."""
        return self.caller.user

    @property
    def ip(self) -> str:
        return client_ip(self.request._request)

    def body(self, kind: Any) -> dict[str, Any]:
        """The request's JSON as `kind` (a `Body`) describes it."""
        return self._read(kind, self.request.data)

    def page(self, rows: QuerySet[Any], kind: Any) -> Response:
        """One page of `rows`, each shown as `kind` describes it."""
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(kind(found, many=True).data)

    @staticmethod
    def _read(kind: Any, data: Any) -> dict[str, Any]:
        reader = kind(data=data)
        reader.is_valid(raise_exception=True)
        found: dict[str, Any] = reader.validated_data
        return found

    @staticmethod
    def _check_body(request: Request) -> None:
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise UnsupportedMediaType(request.headers["Content-Encoding"], "Send the body uncompressed.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length == "0" and "Transfer-Encoding" in request.headers:
            raise LengthRequired("length_missing", "Send a Content-Length: bodies in pieces are not taken.")
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            raise too_large()
