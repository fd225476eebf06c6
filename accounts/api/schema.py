"""What the description says of every endpoint: its query, the idempotency key, its refusals."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from accounts.api import idempotency
from accounts.api.fields import Body, Problem

_IDEMPOTENCY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Send the same key again and it is done once: the first answer comes again for 24 hours.",
)
_METHODS_WITH_BODY = ("POST", "PUT", "PATCH")


class ApiSchema(AutoSchema):  # type: ignore[misc]
    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        query_class = getattr(self.view, "query_class", None)
        if self.method == "GET" and query_class is not None and query_class().fields:
            found.append(query_class)
        if self.method == "POST" and not getattr(self.view, "is_public", True):
            found.append(_IDEMPOTENCY)
        return found

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._refusals():
            bodies.setdefault(status, self._get_response_for_code(Problem, status))
        return bodies

    def _refusals(self) -> list[str]:
        statuses = ["400", "401", "429"]
        if not getattr(self.view, "is_public", False):
            statuses.append("403")
        if "{" in self.path:
            statuses.append("404")
        if self.method in _METHODS_WITH_BODY:
            statuses += ["409", "411", "413", "415"]
        if self.method == "DELETE":
            statuses.append("409")
        return sorted(statuses)


class ClosedBody(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says that a name which is not described is refused."""

    target_class = Body
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}
