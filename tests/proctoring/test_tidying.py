"""No more pieces can come: what is in the file is not kept twice, and nothing is kept that no row names."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from exams.models import Session
from exams.states import SessionState
from jobs import services as jobs
from jobs.models import Job, JobState
from proctoring import services
from proctoring.models import Piece, Recording
from proctoring.services.tidying import tidy
from tests.film_pieces import film
from tests.proctoring.pieces import join_now, keep, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def files_of(session: Session) -> set[str]:
    folder = f"{session.institution_id}/{session.id}"
    return {f"{folder}/{name}" for name in storages["recordings"].listdir(folder)[1]}


def test_the_end_of_a_sitting_orders_it_for_later() -> None:
    session = recorded()
    keep(session)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    ordered = Job.objects.get(kind="recordings.tidy")
    assert ordered.next_attempt_at > timezone.now() + timedelta(minutes=20)
    join_now(session)
    Job.objects.filter(kind="recordings.join").update(state=JobState.DONE)
    Job.objects.filter(id=ordered.id).update(next_attempt_at=timezone.now())
    assert jobs.run(ordered.id)
    ordered.refresh_from_db()
    assert ordered.state == JobState.DONE
    assert files_of(session) == {Recording.objects.get().storage_key}


def test_pieces_that_are_in_the_file_are_deleted_and_their_rows_stay() -> None:
    session = recorded()
    keep(session)
    keep(session, seq=2, t_ms=1000)
    join_now(session)
    assert tidy(session=session) == 2
    assert files_of(session) == {Recording.objects.get().storage_key}
    assert [(piece.storage_key, len(piece.sha256)) for piece in Piece.objects.all()] == [("", 64)] * 2
    assert tidy(session=session) == 0


def test_where_a_piece_is_not_in_the_file_all_stay() -> None:
    session = recorded()
    keep(session)
    keep(session, seq=2, t_ms=1000, content=film(1000)[:60])
    join_now(session)
    assert tidy(session=session) == 0
    assert len(files_of(session)) == 3


def test_a_piece_that_came_after_the_last_joining_stays() -> None:
    session = recorded()
    keep(session)
    join_now(session)
    keep(session, seq=2, t_ms=1000)
    assert tidy(session=session) == 0


def test_while_pieces_are_joined_it_waits() -> None:
    session = recorded()
    keep(session)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    joining = Job.objects.get(kind="recordings.join")
    Job.objects.filter(id=joining.id).update(state=JobState.RUNNING)
    folder = f"{session.institution_id}/{session.id}"
    unnamed = storages["recordings"].save(f"{folder}/joined.webm", ContentFile(b"being joined"))
    assert tidy(session=session) == 0
    assert unnamed in files_of(session)
    assert Job.objects.filter(kind="recordings.tidy", state=JobState.WAITING).count() == 2


def test_what_no_row_names_is_deleted() -> None:
    session = recorded()
    known = keep(session).piece.storage_key
    folder = known.rpartition("/")[0]
    storages["recordings"].save(f"{folder}/never-confirmed.webm", ContentFile(b"x"))
    assert tidy(session=session) == 1
    assert files_of(session) == {known}


def test_a_sitting_of_which_nothing_came_is_nothing_to_do() -> None:
    assert tidy(session=recorded()) == 0
