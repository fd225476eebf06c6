"""Identity cards over HTTP: the candidate's picture and its refusals, the reviewer's page and who sees it."""

import io
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import services as accounts
from accounts.models import AuditEntry
from accounts.roles import Role
from exams.models import Session
from exams.states import SessionState
from proctoring.models import IdCard
from proctoring.services.id_cards import keep_check_picture, open_picture, take_card
from tests.conftest import PASSWORD, Person
from tests.exams.test_joining import seated_client
from tests.factories import make_exam
from tests.proctoring.faces import EMBEDDER, STAGED
from tests.proctoring.fakes import picture_of
from tests.proctoring.sittings import make_checking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]


def picture(size: tuple[int, int] = (640, 400), kind: str = "JPEG", grey: int = 50) -> bytes:
    """As bright as one face is to the fake observer."""
    target = io.BytesIO()
    Image.new("RGB", size, (grey, grey, grey)).save(target, kind)
    return target.getvalue()


@pytest.fixture
def session(scope: None, settings: Any) -> Session:
    settings.FACE_EMBEDDER = EMBEDDER
    STAGED.likeness = 1.0
    cache.clear()
    session = make_checking(make_exam(watch_identity=True, ask_id_card=True))
    Session.objects.filter(id=session.id).update(state=SessionState.READY)
    keep_check_picture(session=session, jpeg=picture_of(1))
    return Session.objects.get(id=session.id)


@pytest.fixture
def seat(session: Session) -> Client:
    client = seated_client(session)
    session.refresh_from_db()
    return client


def address(session: Session, name: str = "room-card", *arguments: str) -> str:
    return reverse(f"proctoring:{name}", args=[session.id, *arguments])


def send(seat: Client, session: Session, data: bytes, content_type: str = "image/jpeg") -> Any:
    return seat.post(address(session), data, content_type=content_type)


def test_a_picture_is_taken_and_its_state_told(session: Session, seat: Client) -> None:
    assert seat.get(address(session)).json() == {"state": "none", "text": ""}
    sent = send(seat, session, picture())
    assert (sent.status_code, sent.headers["Cache-Control"].count("no-store")) == (200, 1)
    assert seat.get(address(session)).json() == {
        "state": "taken",
        "text": "We could not compare it; a person will look at it.",
    }
    kept = open_picture(IdCard.objects.get(), "card")
    assert Image.open(io.BytesIO(kept or b"")).size == (640, 400)


def test_the_room_page_asks_for_it_where_the_exam_does(session: Session, seat: Client) -> None:
    page = seat.get(reverse("proctoring:room", args=[session.id]))
    assert page.context["config"]["id_card"] == {"url": address(session), "state": "none", "text": ""}
    plain = make_checking(make_exam())
    page = seated_client(plain).get(reverse("proctoring:room", args=[plain.id]))
    assert page.context["config"]["id_card"] is None


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "card_empty", "The picture is empty."),
        (b"{}", "card_type", "This is no JPEG, PNG or WebP picture."),
        (picture()[:-300], "card_corrupt", "This picture is damaged."),
        (picture((100, 100)), "card_dimensions", "only 100 x 100 pixels"),
        (picture() + bytes(2 * 1024 * 1024), "card_too_large", "larger than 2 MB"),
        (picture() + bytes(3 * 1024 * 1024), "card_too_large", "larger than 2 MB"),
    ],
)
def test_a_bad_picture_is_refused_in_words_and_the_next_one_taken(
    session: Session, seat: Client, data: bytes, code: str, words: str
) -> None:
    refused = send(seat, session, data)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, code, "picture")
    assert words in refused.json()["message"]
    assert IdCard.objects.get().card_sealed is None
    assert send(seat, session, picture(kind="PNG"), "image/png").status_code == 200


def test_what_the_browser_says_of_the_type_counts_for_nothing(session: Session, seat: Client) -> None:
    assert send(seat, session, picture(kind="WEBP"), "application/json").status_code == 200


def test_too_many_pictures_are_refused(session: Session, seat: Client) -> None:
    answers = [send(seat, session, b"no picture").status_code for _ in range(21)]
    assert (set(answers[:20]), answers[20]) == ({400}, 429)


def test_a_picture_during_the_exam_is_refused(session: Session, seat: Client) -> None:
    Session.objects.filter(id=session.id).update(state=SessionState.RUNNING)
    refused = send(seat, session, picture())
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")


def test_without_the_token_of_the_page_nothing_is_taken(session: Session) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = seated_client(session).cookies
    assert send(strict, session, picture()).status_code == 403


@pytest.fixture
def taken(session: Session) -> Session:
    take_card(session=session, jpeg=picture())
    return session


def test_the_session_page_says_what_was_found_and_shows_no_picture(taken: Session, bob: Person) -> None:
    page = bob.client.get(reverse("proctoring:session", args=[taken.id])).text
    assert "Not compared, because the camera check left no face to compare with." in page
    assert address(taken, "id-card") in page
    assert "id-card/card.jpg" not in page
    assert not AuditEntry.objects.filter(action="id_card.seen").exists()


def test_a_reviewer_sees_both_pictures_and_each_look_is_audited(taken: Session, bob: Person) -> None:
    page = bob.client.get(address(taken, "id-card"))
    assert page.status_code == 200
    for which in ("card", "face"):
        assert address(taken, "id-card-picture", which) in page.text
        shown = bob.client.get(address(taken, "id-card-picture", which))
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
        assert {"private", "no-store"} <= set(shown.headers["Cache-Control"].split(", "))
    assert list(
        AuditEntry.objects.filter(action="id_card.seen").order_by("number").values_list("actor", "detail")
    ) == [(f"user:{bob.user.id}", {"picture": which}) for which in ("card", "face")]


def test_a_reviewer_decides(taken: Session, bob: Person) -> None:
    refused = bob.client.post(address(taken, "id-card"), {"decision": "same", "reason": " "})
    assert refused.status_code == 422
    assert "Say in a few words what you saw" in refused.text
    done = bob.client.post(address(taken, "id-card"), {"decision": "same", "reason": "It is <b>Dana</b>."})
    assert (done.status_code, done.headers["Location"]) == (302, f"/sessions/{taken.id}/")
    page = bob.client.get(f"/sessions/{taken.id}/").text
    assert "The same person" in page
    assert "It is &lt;b&gt;Dana&lt;/b&gt;." in page
    assert "The pictures were deleted on" in page
    assert bob.client.get(address(taken, "id-card-picture", "card")).status_code == 404


def test_an_auditor_reads_the_words_and_sees_no_picture(taken: Session, scope: None) -> None:
    member = accounts.add_member(email="ada@north.example", password=PASSWORD, role=Role.AUDITOR)
    auditor = Client(raise_request_exception=False)
    auditor.force_login(member.user)
    assert "Only people who review see the pictures." in auditor.get(f"/sessions/{taken.id}/").text
    for path in (address(taken, "id-card"), address(taken, "id-card-picture", "card")):
        assert auditor.get(path).status_code == 403


def test_other_names_of_pictures_do_not_exist(taken: Session, bob: Person) -> None:
    assert bob.client.get(address(taken, "id-card-picture", "other")).status_code == 404


def test_a_session_without_a_card_has_no_such_page(scope: None, bob: Person) -> None:
    plain = make_checking(make_exam())
    assert bob.client.get(address(plain, "id-card")).status_code == 404
    assert "Identity card" not in bob.client.get(f"/sessions/{plain.id}/").text


def test_the_room_config_is_plain_json(session: Session, seat: Client) -> None:
    page = seat.get(reverse("proctoring:room", args=[session.id]))
    assert json.loads(json.dumps(page.context["config"]))["id_card"]["state"] == "none"
