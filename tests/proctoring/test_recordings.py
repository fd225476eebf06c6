"""Pieces of video come in once, only where and when the candidate was told so; the rest is refused."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from accounts.errors import DomainError
from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import services
from proctoring.models import Piece
from proctoring.recording_wanted import Wanted, wanted_of
from proctoring.services import intervening
from proctoring.services.recordings import BYTES_A_SECOND, BYTES_AT_ONCE, MAX_PIECE_BYTES
from tests.conftest import Person
from tests.factories import make_exam
from tests.film_pieces import film
from tests.proctoring.pieces import bring, facts, flag_at, keep, recorded, seated, vars_of
from tests.proctoring.sittings import make_checking, make_sitting, shift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def refused(session: Session, **changes: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        keep(session, **changes)
    return refusal.value.code


def test_a_piece_is_stored_with_what_is_known_of_it() -> None:
    session, content = recorded(), film(1000)
    kept = keep(session, seq=3, t_ms=20_000)
    assert kept.new
    piece = Piece.objects.get()
    assert (piece.source, piece.seq, piece.t_ms, piece.end_ms) == ("webcam", 3, 20_000, 21_000)
    assert (piece.size_bytes, piece.sha256) == (len(content), facts(content).sha256)
    with storages["recordings"].open(piece.storage_key) as file:
        assert file.read() == content


def test_the_same_piece_again_changes_nothing() -> None:
    session = recorded()
    first, again = keep(session), keep(session)
    assert (again.new, again.piece) == (False, first.piece)
    assert Piece.objects.count() == 1


def test_other_content_under_a_known_number_is_a_conflict() -> None:
    session = recorded()
    first = keep(session).piece
    assert refused(session, content=film(500)) == "piece_conflict"
    assert Piece.objects.get().sha256 == first.sha256


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 0}, "bad_number"),
        ({"seq": 100_001}, "bad_number"),
        ({"t_ms": -1}, "bad_number"),
        ({"t_ms": 10 * 60_000 + 30_000}, "not_yet"),
        ({"duration_ms": 0}, "bad_number"),
        ({"duration_ms": 120_001}, "bad_number"),
        ({"size_bytes": MAX_PIECE_BYTES + 1}, "piece_too_large"),
        ({"size_bytes": 0}, "bad_number"),
        ({"size_bytes": 7}, "piece_size"),
        ({"sha256": "F" * 64}, "piece_sha256"),
        ({"sha256": "0" * 64}, "piece_changed"),
        ({"content_type": "image/png"}, "piece_type"),
        ({"content_type": "video/mp4"}, "piece_type"),
        ({"source": "screen"}, "not_recorded"),
        ({"content": b""}, "bad_number"),
        ({"content": b"garbage" * 99}, "piece_type"),
    ],
)
def test_what_cannot_be_a_piece_is_refused(changes: dict[str, Any], code: str) -> None:
    assert refused(recorded(), **changes) == code
    assert not Piece.objects.exists()


@pytest.mark.parametrize("changes", [{"recording": "none"}, {"recording": "full", "watch_webcam": False}])
def test_an_exam_that_does_not_record_takes_nothing(changes: dict[str, Any]) -> None:
    assert refused(make_sitting(make_exam(**changes))) == "not_recorded"


def test_nothing_is_taken_before_the_start() -> None:
    assert refused(make_checking(make_exam(recording="full"))) == "not_started"


def test_what_is_late_is_taken_for_some_minutes_and_joined() -> None:
    session = services.end_session(session=recorded(), to=SessionState.SUBMITTED)
    Job.objects.filter(kind="recordings.join").delete()
    assert keep(session, now=timezone.now() + timedelta(minutes=9)).new
    assert Job.objects.filter(kind="recordings.join", payload__session=str(session.id)).count() == 1
    assert refused(session, seq=2, now=timezone.now() + timedelta(minutes=11)) == "session_ended"
    assert not keep(session, now=timezone.now() + timedelta(minutes=11)).new


def test_there_are_no_more_pieces_than_time_has_passed() -> None:
    session = recorded()
    row = vars_of(facts(film(1000)))
    Piece.objects.bulk_create(
        Piece(session=session, storage_key="none", **{**row, "seq": seq}) for seq in range(10, 10 + 60 + 300)
    )
    assert refused(session) == "too_many_pieces"


def test_where_only_flagged_moments_are_recorded_others_are_refused() -> None:
    session = recorded("flagged")
    assert refused(session, t_ms=60_000) == "not_wanted"
    flag_at(session, 60_000, 62_000, 65_000)
    assert [refused(session, t_ms=t_ms) for t_ms in (48_000, 75_500)] == ["not_wanted"] * 2
    assert keep(session, seq=1, t_ms=49_500).new
    assert keep(session, seq=2, t_ms=74_500).new


def test_the_moments_that_are_wanted_lie_around_flags_that_count() -> None:
    session = recorded("flagged")
    flag_at(session, 5_000, 6_000, 9_000)
    flag_at(session, 15_000, 16_000, 17_000)
    flag_at(session, 90_000, 90_000, 91_000, severity="info")
    flag_at(session, 120_000, 121_000)
    assert wanted_of(session) == (Wanted(0, 27_000), Wanted(110_000, None))


def test_a_page_brings_a_piece_to_where_it_is_told() -> None:
    session, content = recorded(), film(1000)
    client = seated(session)
    answer = bring(client, session, content, seq=2, t_ms=5000)
    assert (answer.status_code, answer.json()["seq"]) == (201, 2)
    piece = Piece.objects.get()
    with storages["recordings"].open(piece.storage_key) as file:
        assert file.read() == content
    again = bring(client, session, content, seq=2, t_ms=5000)
    assert (again.status_code, again.json()) == (200, {"known": True})
    other = bring(client, session, film(500), seq=2)
    assert (other.status_code, other.json()["code"]) == (409, "piece_conflict")


@pytest.mark.embedded_only
@pytest.mark.parametrize(
    ("query", "body", "status", "code"),
    [
        ("t_ms=x&duration_ms=1&size_bytes=1&sha256=0", b"x", 400, "bad_field"),
        ("", b"x", 400, "bad_field"),
        ("t_ms=0&duration_ms=1000&size_bytes=5&sha256=" + "0" * 64, b"short", 400, "piece_type"),
        ("t_ms=0&duration_ms=1000&size_bytes=1&sha256=" + "0" * 64, b"x" * (MAX_PIECE_BYTES + 1), 413, None),
        ("t_ms=٣&duration_ms=1&size_bytes=1&sha256=0", b"x", 400, "bad_field"),
        ("t_ms=0&duration_ms=1000&size_bytes=1&sha256=" + "0" * 64, b"", 400, "piece_type"),
    ],
)
def test_bad_bytes_are_answered_in_words(query: str, body: bytes, status: int, code: str | None) -> None:
    session = recorded()
    url = f"/room/{session.id}/recording/webcam/1/?{query}"
    answer = seated(session).put(url, body, content_type="video/webm")
    assert answer.status_code == status
    assert answer.json()["code"] == (code or "piece_too_large")
    assert answer.json()["message"]
    assert not Piece.objects.exists()


@pytest.mark.parametrize("body", ['{"seq": true}', "[]", "{", '{"seq": 1.5}', '{"seq": 1, "source": 7}'])
def test_a_place_for_nonsense_is_refused(body: str) -> None:
    session = recorded()
    answer = seated(session).post(
        f"/room/{session.id}/recording/place/", body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_piece_that_was_never_put_is_not_confirmed() -> None:
    session = recorded()
    told = vars_of(facts(film(1000)))
    answer = seated(session).post(
        f"/room/{session.id}/recording/confirm/", told, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "piece_missing")


def test_somebody_elses_browser_brings_nothing(charlie: Person) -> None:
    session = recorded()
    with tenant_scope(charlie.institution.id):
        other = recorded()
    client = seated(other)
    answer = bring(client, session, film(1000))
    assert (answer.status_code, answer.json()["code"]) == (404, "no_seat")
    assert not Piece.objects.exists()


def test_an_older_device_brings_nothing() -> None:
    session = recorded()
    client = seated(session)
    Session.objects.update(device_key="another")
    assert bring(client, session, film(1000)).status_code == 410


def test_the_page_is_told_what_is_recorded() -> None:
    session = recorded("flagged", watch_audio=True)
    page = seated(session).get(f"/room/{session.id}/").text
    assert '"mode": "flagged", "sources": ["webcam"], "with_sound": true' in page


def test_what_was_filmed_in_a_pause_is_not_taken() -> None:
    session = recorded()
    session = intervening.pause_session(session=shift(session, 5), actor=None)
    paused_ms = session.elapsed_ms(timezone.now()) or 0
    session = shift(session, 5)
    assert refused(session, t_ms=paused_ms + 60_000) == "paused"
    # The piece that the pause cut short began before it.
    assert keep(session, seq=2, t_ms=paused_ms - 500).new
    session = intervening.resume_session(session=session, actor=None)
    assert refused(session, t_ms=paused_ms + 60_000) == "paused"


def test_one_browser_cannot_fill_the_disk() -> None:
    session = recorded()
    row = {**vars_of(facts(film(1000))), "size_bytes": MAX_PIECE_BYTES}
    most = (BYTES_AT_ONCE + BYTES_A_SECOND * 600) // MAX_PIECE_BYTES + 1
    Piece.objects.bulk_create(
        Piece(session=session, storage_key="none", **{**row, "seq": seq}) for seq in range(10, 10 + most)
    )
    assert refused(session) == "too_many_pieces"


@pytest.mark.parametrize("source", ["\x00", "microphone", "x" * 5000])
def test_a_source_that_nobody_knows_is_refused_unasked(
    source: str, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    """A database may refuse such a text with an error of its own."""
    session = recorded()
    with django_assert_num_queries(0):
        assert refused(session, source=source) == "not_recorded"


def test_a_piece_that_is_written_while_the_exam_ends_is_joined_too() -> None:
    session = recorded()
    services.end_session(session=Session.objects.get(id=session.id), to=SessionState.SUBMITTED)
    Job.objects.filter(kind="recordings.join").delete()
    assert keep(session).new
    assert Job.objects.filter(kind="recordings.join", payload__session=str(session.id)).count() == 1
