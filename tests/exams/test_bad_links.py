"""The list of bad inputs, rows 25, 26 and 33: links that are almost right, and those who only look."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from exams.models import Invitation
from tests.exams.test_joining import join_path, text_of
from tests.factories import make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]
UNKNOWN = "/join/" + "A" * 43 + "/"


def changed_in_case(token: str) -> str:
    return token.swapcase()


def cut(token: str) -> str:
    return token[:-1]


def lengthened(token: str) -> str:
    return token + "A"


def with_a_blank(token: str) -> str:
    return token + "%20"


def with_a_nul(token: str) -> str:
    return token + "%00"


def doubled(token: str) -> str:
    return token * 200


def words_of(path: str) -> str:
    """The page without the id that each request has."""
    page = text_of(Client().get(path))
    return re.sub(r"[0-9a-f]{32}", "", page)


@pytest.mark.parametrize("spoil", [changed_in_case, cut, lengthened, with_a_blank, with_a_nul, doubled])
def test_a_link_that_is_almost_right_is_as_unknown_as_any(spoil: Callable[[str], str]) -> None:
    token = join_path(make_session()).removeprefix("/join/").removesuffix("/")
    path = f"/join/{spoil(token)}/"
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404
    assert words_of(path) == words_of(UNKNOWN)
    assert Invitation.objects.get().consumed_at is None


def test_whoever_looks_at_a_link_twenty_times_uses_nothing_up() -> None:
    path = join_path(make_session())
    for method in ("get", "head") * 20:
        assert getattr(Client(), method)(path).status_code == 200
    assert Invitation.objects.get().consumed_at is None
    assert Client().post(path).status_code == 303
