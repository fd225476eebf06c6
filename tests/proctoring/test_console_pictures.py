"""Pictures of candidates are served to the institution only, as pictures only, and kept by no cache."""

import io

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from PIL import Image

from proctoring import parking, thumbnails
from tests.conftest import Person
from tests.factories import make_running_session
from tests.proctoring.session_rows import drawn_face, evidence_file, make_evidence, make_flag, make_risk

pytestmark = pytest.mark.django_db

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
}


def test_the_thumbnail_is_the_newest_recorded_frame_made_small(scope: None, alice: Person) -> None:
    session = make_running_session()
    make_risk(session, last_video_seq=7)
    parking.park(session.id, 7, drawn_face())
    parking.park(session.id, 8, b"not recorded yet")

    answer = alice.client.get(reverse("proctoring:thumbnail", args=[session.id]))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert Image.open(io.BytesIO(answer.content)).size == (320, 240)


@pytest.mark.parametrize("last_video_seq", [0, 7])
def test_without_a_frame_in_memory_a_placeholder_is_drawn(
    scope: None, alice: Person, last_video_seq: int
) -> None:
    session = make_running_session()
    make_risk(session, last_video_seq=last_video_seq)

    answer = alice.client.get(reverse("proctoring:thumbnail", args=[session.id]))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content == thumbnails.PLACEHOLDER


@pytest.mark.parametrize("content", [b"", b"GIF89a", drawn_face()[:200]])
def test_bytes_that_are_no_picture_give_none(content: bytes) -> None:
    assert thumbnails.shrink(content, 320) is None


def test_a_small_frame_is_not_blown_up() -> None:
    small = thumbnails.shrink(drawn_face((200, 150)), 320)

    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (200, 150)


def test_evidence_is_what_was_stored(scope: None, alice: Person) -> None:
    evidence = make_evidence(make_flag(make_running_session()))

    answer = alice.client.get(reverse("proctoring:evidence", args=[evidence.flag_id]))

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.content == drawn_face()


@pytest.mark.embedded_only
def test_a_changed_picture_is_not_shown(scope: None, alice: Person) -> None:
    evidence = make_evidence(make_flag(make_running_session()))
    evidence_file(evidence).write_bytes(drawn_face((320, 240)))

    answer = alice.client.get(reverse("proctoring:evidence", args=[evidence.flag_id]))

    assert answer.status_code == 409
    assert "not the one that was recorded" in answer.text


def test_a_picture_that_is_gone_is_said_to_be_gone(scope: None, alice: Person) -> None:
    evidence = make_evidence(make_flag(make_running_session()))
    storages["evidence"].delete(evidence.storage_key)

    answer = alice.client.get(reverse("proctoring:evidence", args=[evidence.flag_id]))

    assert answer.status_code == 404
    assert "no longer stored" in answer.text


def test_a_flag_without_evidence_has_no_picture(scope: None, alice: Person) -> None:
    flag = make_flag(make_running_session())

    assert alice.client.get(reverse("proctoring:evidence", args=[flag.id])).status_code == 404
