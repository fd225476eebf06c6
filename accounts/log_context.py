"""What a log line belongs to: ids that every line written meanwhile carries. Never a name or an address."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from accounts.scope import scoped_institution_id

_bound: ContextVar[Mapping[str, str]] = ContextVar("log_context", default={})  # noqa: B039 - never changed


@contextmanager
def logged_as(**ids: str) -> Iterator[None]:
    """Lines of this block carry these ids beside those of the blocks around it."""
    token = _bound.set({**_bound.get(), **ids})
    try:
        yield
    finally:
        _bound.reset(token)


def log_from_now_as(**ids: str) -> None:
    """As long as the running task lasts: for sockets, which have no `with`."""
    _bound.set({**_bound.get(), **ids})


def context() -> dict[str, str]:
    institution_id = scoped_institution_id()
    institution = {"institution": str(institution_id)} if institution_id else {}
    return {**institution, **_bound.get()}
