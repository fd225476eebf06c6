"""Pieces become one file a source, with what is missing or broken counted; late pieces do it again."""

from pathlib import Path

import av
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from exams.states import SessionState
from jobs import services as jobs
from jobs.models import Job, JobState
from proctoring import services
from proctoring.models import Piece, Recording
from tests.factories import make_exam
from tests.film_pieces import film
from tests.proctoring.pieces import join_now, keep, recorded
from tests.proctoring.sittings import make_sitting
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def stored(recording: Recording) -> bytes:
    with storages["recordings"].open(recording.storage_key) as file:
        content: bytes = file.read()
    return content


def overwrite(piece: Piece, content: bytes) -> None:
    storages["recordings"].delete(piece.storage_key)
    assert storages["recordings"].save(piece.storage_key, ContentFile(content)) == piece.storage_key


def events() -> list[dict[str, str]]:
    return list(Event.objects.filter(type="recording.ready").values_list("data", flat=True))


def test_the_end_of_a_sitting_orders_the_work() -> None:
    session = recorded()
    keep(session)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    ordered = Job.objects.get(kind="recordings.join")
    assert ordered.payload == {"session": str(session.id)}
    Job.objects.filter(id=ordered.id).update(next_attempt_at=ordered.created_at)
    assert jobs.run(ordered.id)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.last_error) == (JobState.DONE, "")
    assert Recording.objects.get().duration_ms == 1000


def test_without_a_recording_nothing_is_ordered() -> None:
    services.end_session(session=make_sitting(make_exam()), to=SessionState.SUBMITTED)
    assert not Job.objects.filter(kind="recordings.join").exists()


def test_the_pieces_become_one_file_in_the_order_of_time(tmp_path: Path) -> None:
    session = recorded()
    keep(session, seq=2, t_ms=1000)
    keep(session, seq=1, t_ms=0, content=film(1000, light=100))
    keep(session, seq=4, t_ms=30_000, content=film(500))
    join_now(session)
    recording = Recording.objects.get()
    assert recording.spans == [[0, 1000, 0], [1000, 2000, 1000], [30_000, 30_500, 2000]]
    assert (recording.duration_ms, recording.content_type, recording.problems) == (2500, "video/webm", {})
    content = stored(recording)
    assert (recording.size_bytes, len(recording.sha256)) == (len(content), 64)
    (tmp_path / "whole.webm").write_bytes(content)
    with av.open(str(tmp_path / "whole.webm")) as container:
        assert container.duration == 2_500_000
        assert next(container.decode(video=0)).to_ndarray(format="gray").mean() > 90
    assert events() == [{"session": str(session.id), "source": "webcam"}]


def test_what_is_missing_changed_or_broken_is_counted() -> None:
    session = recorded()
    gone = keep(session, seq=1).piece
    storages["recordings"].delete(gone.storage_key)
    overwrite(keep(session, seq=2, t_ms=1000, content=film(600)).piece, film(700))
    keep(session, seq=3, t_ms=2000, content=film(1000)[:80])
    keep(session, seq=4, t_ms=3000)
    join_now(session)
    recording = Recording.objects.get()
    assert recording.problems == {"changed": 1, "missing": 1, "unreadable": 1}
    assert recording.spans == [[3000, 4000, 0]]


def test_a_recording_of_nothing_but_rubbish_says_so() -> None:
    session = recorded()
    keep(session, content=b"\x1a\x45\xdf\xa3" + b"rubbish" * 20)
    join_now(session)
    recording = Recording.objects.get()
    assert (recording.storage_key, recording.problems) == ("", {"unreadable": 1})
    assert events() == []


def test_late_pieces_are_joined_anew_and_the_old_file_is_deleted() -> None:
    session = recorded()
    keep(session)
    first = join_now(session)[0]
    assert join_now(session) == []
    keep(session, seq=2, t_ms=1000)
    second = join_now(session)[0]
    assert (second.id, second.duration_ms) == (first.id, 2000)
    assert not storages["recordings"].exists(first.storage_key)
    assert storages["recordings"].exists(second.storage_key)
    assert len(events()) == 2


def test_a_session_that_is_gone_is_nothing_to_do() -> None:
    session = recorded()
    job = jobs.enqueue("recordings.join", session=str(session.id))
    session.delete()
    assert jobs.run(job.id)
    job.refresh_from_db()
    assert job.state == JobState.DONE
