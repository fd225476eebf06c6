"""Lists a page at a time: a cursor needs no count and no row is seen twice when others are added."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

PAGE_SIZE = 50
LARGEST_PAGE = 200


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

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except (NotFound, ValueError) as error:
            raise ValidationError({"cursor": ["Take the cursor from “next” or “previous”."]}) from error

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"},
             "description": self.cursor_query_description},
            {"name": "page_size", "in": "query", "required": False, "schema": size,
             "description": self.page_size_query_description},
        ]  # fmt: skip
