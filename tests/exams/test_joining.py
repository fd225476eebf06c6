"""The candidate's way: link, notice, thanks; and what a link answers when it opens nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Institution
from exams import invitations, services
from exams.models import Consent, Exam, Invitation, Session
from exams.notices import notice_for
from exams.states import SessionState
from tests.conftest import Person
from tests.factories import make_exam, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def join_path(session: Session) -> str:
    link = invitations.link_of(session.invitations.get(revoked_at__isnull=True))
    assert link is not None
    return link.removeprefix("http://localhost:8000")


def seated_client(session: Session) -> Client:
    client = Client()
    assert client.post(join_path(session)).status_code == 303
    return client


def moved_client(session: Session) -> Client:
    client = Client()
    assert client.post(join_path(session), {"move": "yes"}).status_code == 303
    return client


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_a_link_does_not_use_it_up(method: str) -> None:
    session = make_session(name="Dana <b>")
    response = getattr(Client(), method)(join_path(session))
    assert response.status_code == 200
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]
    assert Invitation.objects.get().consumed_at is None
    if method == "get":
        page = text_of(response)
        for words in ("Logic I", "North", "60 minutes", "Continue as Dana &lt;b&gt;"):
            assert words in page
        assert "Exams</a>" not in page


def test_the_button_takes_the_seat_and_leads_to_the_room() -> None:
    session = make_session()
    client = Client()
    response = client.post(join_path(session))
    assert (response.status_code, response["Location"]) == (303, f"/room/{session.id}/")
    session.refresh_from_db()
    assert re.fullmatch(r"[0-9a-f]{32}", session.device_key)
    assert client.cookies["sessionid"]["max-age"] == 48 * 3600
    assert Invitation.objects.get().consumed_at is not None


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_browser_that_holds_the_seat_is_taken_back(method: str) -> None:
    session = make_session()
    client = seated_client(session)
    response = getattr(client, method)(join_path(session))
    assert (response.status_code, response["Location"]) == (303, f"/room/{session.id}/")


def test_a_new_link_does_not_shut_out_the_browser_that_sits_there(alice: Person) -> None:
    session = make_session()
    path = join_path(session)
    client = seated_client(session)
    invitations.issue(session=session, actor=alice.user)
    assert client.get(path)["Location"] == f"/room/{session.id}/"
    assert Client().get(path).status_code == 410


def test_a_signed_in_examiner_sees_the_candidates_page(alice: Person) -> None:
    page = text_of(alice.client.get(join_path(make_session())))
    assert "Continue as Dana Candidate" in page
    assert "Sign out" not in page


def _revoked(session: Session) -> None:
    session.invitations.update(revoked_at=timezone.now())


def _finished(session: Session) -> None:
    Session.objects.update(state=SessionState.SUBMITTED)


def _closed(session: Session) -> None:
    Exam.objects.update(closes_at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_revoked, "This link has been withdrawn."),
        (_finished, "This exam sitting is finished."),
        (_closed, "This exam is closed."),
    ],
)
def test_a_link_that_opens_nothing_says_why(
    spoil: Callable[[Session], None], words: str, method: str
) -> None:
    session = make_session()
    path = join_path(session)
    spoil(session)
    response = getattr(Client(), method)(path)
    assert response.status_code == 410
    assert words in text_of(response)
    assert response["Referrer-Policy"] == "strict-origin"
    session.refresh_from_db()
    assert session.device_key == ""


def test_an_early_candidate_is_told_when_in_the_institutions_time() -> None:
    Institution.objects.update(timezone="Asia/Tokyo")
    session = make_session(
        make_exam(opens_at=timezone.now().replace(year=2099, month=1, day=4, hour=0, minute=5))
    )
    early = Client().get(join_path(session))
    assert early.status_code == 200
    assert "Sunday 4 January 2099, 09:05</time> (Asia/Tokyo)" in text_of(early)
    assert "Continue as" not in text_of(early)
    assert Client().post(join_path(session)).status_code == 403
    assert Invitation.objects.get().consumed_at is None


@pytest.mark.parametrize("token", ["nonsense", "%F0%9F%92%A9", "x" * 3000, "%00", "..%2f..%2f", "' OR 1=1"])
def test_an_unknown_link_is_said_to_be_unknown(token: str) -> None:
    response = Client().get(f"/join/{token}/")
    assert response.status_code == 404
    assert "Invigil" in text_of(response)


def test_guessing_links_ends_but_a_true_link_still_opens() -> None:
    session = make_session()
    client = Client()
    answers = [client.get(f"/join/guess{number}/").status_code for number in range(22)]
    assert answers == [404] * 20 + [429] * 2
    assert "Wait 10 minutes" in text_of(client.get("/join/guess/"))
    assert client.get(join_path(session)).status_code == 200


def test_a_new_link_moves_the_exam_to_the_new_browser(alice: Person) -> None:
    session = make_session()
    old = seated_client(session)
    session.refresh_from_db()
    invitations.issue(session=session, actor=alice.user)
    assert "moves it to this browser" in text_of(Client().get(join_path(session)))
    new = moved_client(session)
    assert new.get(f"/room/{session.id}/consent/").status_code == 200
    taken = old.get(f"/room/{session.id}/consent/")
    assert taken.status_code == 410
    assert "opened on another device" in text_of(taken)


def test_the_notice_names_everything_and_why() -> None:
    session = make_session()
    page = text_of(seated_client(session).get(f"/room/{session.id}/consent/"))
    for watched in notice_for(session.exam).watched:
        assert watched.label in page
        assert watched.why in page


def test_an_exam_without_camera_does_not_speak_of_one() -> None:
    session = make_session(make_exam(watch_webcam=False))
    client = Client()
    assert "a camera" not in text_of(client.get(join_path(session)))
    client.post(join_path(session))
    assert "Pictures from your camera" not in text_of(client.get(f"/room/{session.id}/consent/"))


def test_only_an_exam_that_listens_speaks_of_a_microphone() -> None:
    silent, listening = make_session(), make_session(make_exam(watch_audio=True))
    pages = [text_of(Client().get(join_path(session))) for session in (silent, listening)]
    assert ["a microphone" in page for page in pages] == [False, True]
    assert [
        "microphone" in [watched.key for watched in notice_for(session.exam).watched]
        for session in (silent, listening)
    ] == [False, True]


def test_only_an_exam_that_compares_faces_says_so() -> None:
    options: list[dict[str, bool]] = [
        {},
        {"watch_identity": True},
        {"watch_identity": True, "watch_webcam": False},
    ]
    notices = [notice_for(make_exam(**each)) for each in options]
    assert ["identity" in [watched.key for watched in notice.watched] for notice in notices] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("what", ["objects", "gaze"])
def test_only_an_exam_that_looks_for_it_says_so(what: str) -> None:
    switch = f"watch_{what}"
    options: list[dict[str, bool]] = [
        {},
        {switch: True},
        {switch: True, "watch_webcam": False},
    ]
    notices = [notice_for(make_exam(**each)) for each in options]
    assert [what in [watched.key for watched in notice.watched] for notice in notices] == [
        False,
        True,
        False,
    ]


def test_an_exam_that_asks_for_a_card_says_how_long_it_is_kept() -> None:
    whys = {}
    for name, options in {
        "off": {"watch_identity": True},
        "blind": {"ask_id_card": True},
        "deleted": {"watch_identity": True, "ask_id_card": True},
        "kept": {"watch_identity": True, "ask_id_card": True, "keep_id_card": True},
    }.items():
        found = [
            watched.why for watched in notice_for(make_exam(**options)).watched if watched.key == "id_card"
        ]
        whys[name] = found[0][-40:] if found else ""
    assert whys == {
        "off": "",
        "blind": "",
        "deleted": "rson has decided, at the latest as told below."[-40:],
        "kept": "kept as long as other pictures, as told below."[-40:],
    }


def agreement(session: Session) -> dict[str, str]:
    return {"agree": "yes", "notice": notice_for(Exam.objects.get(id=session.exam_id)).sha256}


def test_nobody_agrees_to_words_that_were_not_shown(alice: Person) -> None:
    session = make_session(make_exam(watch_webcam=False))
    client = seated_client(session)
    shown = agreement(session)
    assert f'name="notice" value="{shown["notice"]}"' in text_of(client.get(f"/room/{session.id}/consent/"))
    Exam.objects.update(watch_webcam=True)
    response = client.post(f"/room/{session.id}/consent/", shown)
    page = text_of(response)
    assert response.status_code == 422
    assert "Read it again before you agree." in page
    assert "Pictures from your camera" in page
    assert not Consent.objects.exists()
    assert client.post(f"/room/{session.id}/consent/", agreement(session)).status_code == 303
    assert Consent.objects.get().notice_sha256 != shown["notice"]


def test_an_unticked_box_is_not_consent() -> None:
    session = make_session()
    client = seated_client(session)
    response = client.post(f"/room/{session.id}/consent/", {"notice": agreement(session)["notice"]})
    assert response.status_code == 422
    assert "Tick the box to agree" in text_of(response)
    assert not Consent.objects.exists()


def test_consent_leads_to_the_room() -> None:
    session = make_session()
    client = seated_client(session)
    for _ in range(2):
        response = client.post(f"/room/{session.id}/consent/", agreement(session))
        assert (response.status_code, response["Location"]) == (303, f"/room/{session.id}/")
    assert Consent.objects.get().notice_sha256 == notice_for(session.exam).sha256
    assert Session.objects.get().state == SessionState.CHECKING


def test_declining_captures_nothing() -> None:
    session = make_session()
    client = seated_client(session)
    page = text_of(client.get(f"/room/{session.id}/decline/"))
    assert "Nothing was captured" in page
    assert not Consent.objects.exists()
    assert Session.objects.get().state == SessionState.INVITED


@pytest.mark.parametrize("page", ["consent", "decline", "thanks"])
def test_a_browser_without_a_seat_gets_words(page: str, alice: Person) -> None:
    session = make_session()
    for client in (Client(), alice.client):
        response = client.get(f"/room/{session.id}/{page}/")
        assert response.status_code == 404
        assert "Open the link you were sent." in text_of(response)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (SessionState.SUBMITTED, "Your exam is handed in."),
        (SessionState.EXPIRED, "Your time ran out"),
        (SessionState.TERMINATED, "They wrote: “See &lt;me&gt;”"),
    ],
)
def test_the_last_page_says_how_it_ended(to: SessionState, words: str) -> None:
    session = make_session()
    client = seated_client(session)
    client.post(f"/room/{session.id}/consent/", agreement(session))
    session.refresh_from_db()
    session = services.start(session=session, device_info={}, without_baseline=True)
    early = client.get(f"/room/{session.id}/thanks/")
    assert (early.status_code, early["Location"]) == (303, f"/room/{session.id}/")
    services.end(session=session, to=to, reason="See <me>")
    assert words in text_of(client.get(f"/room/{session.id}/thanks/"))
    consent = client.get(f"/room/{session.id}/consent/")
    assert (consent.status_code, consent["Location"]) == (302, f"/room/{session.id}/thanks/")


def test_a_cancelled_sitting_says_so(alice: Person) -> None:
    session = make_session()
    client = seated_client(session)
    services.cancel(session=Session.objects.get(), actor=alice.user)
    assert "cancelled this sitting" in text_of(client.get(f"/room/{session.id}/thanks/"))


def test_a_used_link_asks_whether_to_go_on_here() -> None:
    session = make_session()
    seated_client(session)
    page = text_of(Client().get(join_path(session)))
    assert "moves it to this browser" in page
    before = Session.objects.get().device_key
    asked_again = Client().post(join_path(session))
    assert asked_again.status_code == 200
    assert "moves it to this browser" in text_of(asked_again)
    assert Session.objects.get().device_key == before


def test_whoever_lost_the_seat_may_take_it_back() -> None:
    session = make_session()
    first = seated_client(session)
    second = moved_client(session)
    lost = first.get(f"/room/{session.id}/")
    assert (lost.status_code, lost["Location"]) == (302, f"/room/{session.id}/elsewhere/")
    page = text_of(first.get(lost["Location"]))
    assert "continues on another device" in page
    assert "Continue here" in page
    back = first.post(lost["Location"])
    assert (back.status_code, back["Location"]) == (303, f"/room/{session.id}/")
    assert first.get(f"/room/{session.id}/consent/").status_code == 200
    assert second.get(f"/room/{session.id}/")["Location"] == f"/room/{session.id}/elsewhere/"
    actions = AuditEntry.objects.filter(subject=f"session:{session.id}").values_list("action", flat=True)
    assert list(actions).count("session.moved") == 2


def test_whoever_holds_the_seat_is_not_elsewhere() -> None:
    session = make_session()
    client = seated_client(session)
    answer = client.get(f"/room/{session.id}/elsewhere/")
    assert (answer.status_code, answer["Location"]) == (303, f"/room/{session.id}/")
    assert Client().get(f"/room/{session.id}/elsewhere/").status_code == 404


def test_a_link_that_was_replaced_brings_nobody_back(alice: Person) -> None:
    session = make_session()
    old = seated_client(session)
    session.refresh_from_db()
    invitations.issue(session=session, actor=alice.user)
    moved_client(session)
    page = text_of(old.get(f"/room/{session.id}/elsewhere/"))
    assert "ask your examiner for a new link" in page
    assert "Continue here" not in page
    held = Session.objects.get().device_key
    assert old.post(f"/room/{session.id}/elsewhere/").status_code == 200
    assert Session.objects.get().device_key == held


def test_an_exam_that_ended_elsewhere_says_so() -> None:
    session = make_session()
    first = seated_client(session)
    moved_client(session)
    Session.objects.update(state=SessionState.SUBMITTED, ended_at=timezone.now())
    assert "The exam is finished" in text_of(first.get(f"/room/{session.id}/elsewhere/"))
    assert first.post(f"/room/{session.id}/elsewhere/").status_code == 410
