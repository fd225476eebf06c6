"""Lists a page at a time: a cursor needs no count and no row is seen twice when others are added."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core import exceptions
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from accounts.api.fields import FIRST_YEAR, LAST_YEAR

PAGE_SIZE = 50
LARGEST_PAGE = 200
NO_CURSOR = gettext_lazy("Take the cursor from “next” or “previous”.")


def page_of_list(request: Request, rows: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str | None]]:
    """One page of rows that are worked out and not stored, and where the others are."""
    size, start = Pages().get_page_size(request), _start(request)

    def address(offset: int) -> str:
        return replace_query_param(request.build_absolute_uri(), "cursor", f"o{offset}")

    following = address(start + size) if start + size < len(rows) else None
    before = address(max(0, start - size)) if start > 0 else None
    return rows[start : start + size], {"next": following, "previous": before}


def _start(request: Request) -> int:
    text = request.query_params.get("cursor", "o0")
    if not re.fullmatch(r"o[0-9]{1,7}", text):
        raise ValidationError({"cursor": [NO_CURSOR]})
    return int(text[1:])


class Pages(CursorPagination):
    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"
    cursor_query_description = "Where to go on: taken from `next` or `previous`."
    page_size_query_description = f"Rows on a page: 1 to {LARGEST_PAGE}."

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        ordering: tuple[str, ...] = view.ordering
        return ordering

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get(self.page_size_query_param, str(PAGE_SIZE))
        if not text.isascii() or not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= LARGEST_PAGE:
            raise ValidationError({"page_size": [f"Choose between 1 and {LARGEST_PAGE}."]})
        return int(text)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        self._ordered_by = queryset.model._meta.get_field(view.ordering[0].removeprefix("-"))
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Any:
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                self._check_position(cursor.position)
        except (NotFound, ValueError, exceptions.ValidationError) as error:
            raise ValidationError({"cursor": [NO_CURSOR]}) from error
        return cursor

    def _check_position(self, text: str) -> None:
        """A cursor is no secret: whoever writes one may put anything where a value of the column belongs."""
        value = self._ordered_by.to_python(text)
        if isinstance(value, datetime) and not (value.tzinfo and FIRST_YEAR <= value.year <= LAST_YEAR):
            raise ValueError("no moment of ours")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
        cursor = {"type": "string", "pattern": "^[A-Za-z0-9+/=_-]*$"}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": cursor,
             "description": self.cursor_query_description},
            {"name": "page_size", "in": "query", "required": False, "schema": size,
             "description": self.page_size_query_description},
        ]  # fmt: skip
