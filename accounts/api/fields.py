"""What bodies and queries are made of: every name known, every type as described, times in UTC."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

FIRST_YEAR, LAST_YEAR = 2000, 2999
PAGE_PARAMETERS = ("cursor", "page_size")

# Of these years; longer than RFC 3339 needs, shorter than a novel.
_INSTANT = {
    "type": "string",
    "format": "date-time",
    "pattern": "^2[0-9]{3}-",
    "minLength": 20,
    "maxLength": 40,
}


@extend_schema_field(_INSTANT)
class Instant(serializers.DateTimeField):
    """A time with its zone; answered in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise serializers.ValidationError(
                _("Write a time as in 2030-01-31T09:00:00Z."), "invalid"
            ) from None
        if at.tzinfo is None:
            raise serializers.ValidationError(_("Say the time zone: end with Z or as in +01:00."), "no_zone")
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise serializers.ValidationError(
                _("The year must lie between %(first_year)s and %(last_year)s.")
                % {"first_year": FIRST_YEAR, "last_year": LAST_YEAR},
                "out_of_range",
            )
        return at.astimezone(UTC)

    def to_representation(self, value: Any) -> Any:
        text = super().to_representation(value)
        return text.replace("+00:00", "Z") if isinstance(text, str) else text


class Body(serializers.Serializer):  # type: ignore[misc]
    """A JSON object: a name that is not described and a value of another type are refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            wrong = _unknown(data, self.fields) | {
                name: [serializers.ErrorDetail(words, code="invalid_type")]
                for name, field in self.fields.items()
                if name in data and (words := _wrong_type(field, data[name]))
            }
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


class Query(serializers.Serializer):  # type: ignore[misc]
    """What stands behind the `?`: a name that is not described is refused."""

    def to_internal_value(self, data: Any) -> Any:
        known = {**self.fields, **dict.fromkeys(PAGE_PARAMETERS)}
        wrong = _unknown(data, known, "parameter") | {
            name: [serializers.ErrorDetail("Give it once.", code="invalid")]
            for name in data
            if name in known and len(data.getlist(name)) > 1
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        # A plain dictionary: of a form's, an empty value would count as none.
        return super().to_internal_value({name: data[name] for name in data})


class Span(Query):
    """What lies from one moment on and before another."""

    since = Instant(required=False)
    until = Instant(required=False, help_text="Up to but without this moment.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return in_order(attrs, "since", "until")


def in_order(found: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    """Refuses two moments of which the later one is to come first: nothing can lie between them."""
    if first in found and last in found and found[first] > found[last]:
        words = _("This must not come before “%(first)s”.") % {"first": first}
        raise serializers.ValidationError({last: [serializers.ErrorDetail(words, code="range")]})
    return found


class Problem(serializers.Serializer):  # type: ignore[misc]
    """Every refusal."""

    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="For people: what is wrong and what to do.")
    field = serializers.CharField(allow_null=True, help_text="What in the request it is about.")
    request_id = serializers.CharField(help_text="Name it when you ask for help.")


def _unknown(data: Mapping[Any, Any], known: Mapping[str, Any], what: str = "field") -> dict[str, Any]:
    return {
        str(name): [serializers.ErrorDetail(f"There is no such {what}.", code=f"unknown_{what}")]
        for name in data
        if name not in known
    }


def _wrong_type(field: Any, value: Any) -> str:
    """Words for a value whose JSON type is not the field's; Django REST framework would convert it."""
    if value is None:
        return ""  # the field itself knows whether it may be null
    if isinstance(field, serializers.BooleanField):
        return "" if isinstance(value, bool) else "This must be true or false."
    if isinstance(field, serializers.IntegerField):
        # JSON has one kind of number: 90.0 is as whole as 90.
        whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        return "" if whole else "This must be a whole number."
    if isinstance(field, serializers.ListField):
        if not isinstance(value, list):
            return "This must be a list."
        return next((words for one in value if (words := _wrong_type(field.child, one))), "")
    if isinstance(field, _TEXTS):
        return "" if isinstance(value, str) else "This must be a text."
    return ""


_TEXTS = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateTimeField,
    serializers.UUIDField,
)
