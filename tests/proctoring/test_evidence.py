"""The picture behind a flag is the frame of its worst moment, stored once, without orphans."""

import hashlib

import numpy as np
import pytest
from django.core.files.storage import storages
from django.db import connection

from analysis.frames import open_frame
from exams.models import Session
from jobs import services as jobs
from proctoring import parking
from proctoring.models import Evidence, Flag, WaitingFile
from proctoring.protocol import BrowserEvent
from proctoring.services import evidence
from proctoring.services.keeping import read_picture
from tests.proctoring.session_rows import make_flag
from tests.proctoring.sittings import events, frame, frames, make_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scope")]


def stored_files(session: Session) -> list[str]:
    folder = f"{session.institution_id}/{session.id}"
    try:
        _folders, files = storages["evidence"].listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in files]


def brightness(jpeg: bytes) -> int:
    return round(float(np.asarray(open_frame(jpeg).image).mean()))


def test_a_flag_gets_the_frame_of_its_moment() -> None:
    session = make_sitting()
    frames(session, [1] * 5 + [0] * 7)
    kept = Evidence.objects.get()
    picture = read_picture(kept)
    assert brightness(picture) == 10
    assert (kept.flag.rule, kept.sha256) == ("NO_FACE", hashlib.sha256(picture).hexdigest())
    assert (kept.t_ms, kept.seq, kept.width_px, kept.height_px) == (
        kept.seq * 1000 - 1000,
        kept.seq,
        160,
        120,
    )
    assert 5000 <= kept.t_ms <= 9000
    jobs.sweep()
    assert stored_files(session) == [kept.storage_key]


def test_a_worse_moment_replaces_the_picture_and_the_file() -> None:
    session = make_sitting()
    frames(session, [1] * 5 + [2] * 9)
    flag = Flag.objects.get()
    before = Evidence.objects.get(flag=flag)
    other = next(seq for seq in range(6, 12) if seq != before.seq)
    evidence.keep(flag_id=str(flag.id), stream="video", seq=other)
    after = Evidence.objects.get(flag=flag)
    jobs.sweep()
    assert (after.seq, stored_files(session)) == (other, [after.storage_key])


def test_keeping_it_twice_changes_nothing() -> None:
    session = make_sitting()
    frames(session, [1] * 5 + [0] * 7)
    kept = Evidence.objects.get()
    assert evidence.keep(flag_id=str(kept.flag_id), stream="video", seq=kept.seq) is None
    assert Evidence.objects.get().storage_key == kept.storage_key
    jobs.sweep()
    assert stored_files(session) == [kept.storage_key]


def test_a_browser_event_gets_the_nearest_frame_within_two_seconds() -> None:
    session = make_sitting()
    frame(session, 1, 9000)
    frame(session, 2, 10_300)
    events(session, BrowserEvent(1, 10_000, "copy", 1))
    frame(session, 3, 12_500)
    assert list(Evidence.objects.values_list("flag__rule", "seq", "t_ms")) == [("COPY", 2, 10_300)]


def test_a_browser_event_without_a_frame_near_it_has_none() -> None:
    session = make_sitting()
    events(session, BrowserEvent(1, 10_000, "copy", 1))
    frame(session, 1, 15_000)
    assert Flag.objects.filter(rule="COPY").exists()
    assert not Evidence.objects.exists()


def test_frames_that_memory_has_lost_leave_a_flag_without_picture() -> None:
    session = make_sitting()
    frames(session, [1] * 5 + [0] * 6)
    forget(session)
    frame(session, 12, 11_000, faces=1)
    parking.drop(session.id, 12)
    assert [flag.rule for flag in Flag.objects.all()] == ["NO_FACE"]
    evidence.keep(flag_id=str(Flag.objects.get().id), stream="video", seq=9)
    assert Evidence.objects.filter(seq=9).count() == 0


@pytest.mark.embedded_only
def test_a_row_that_cannot_be_written_leaves_no_file() -> None:
    session = make_sitting()
    frames(session, [1] * 5 + [0] * 4)
    flag = make_flag(session, since_ms=5000, t_ms=8000, seq=9)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER no_evidence BEFORE INSERT ON proctoring_evidence"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    try:
        with pytest.raises(Exception, match="no"):
            evidence.keep(flag_id=str(flag.id), stream="video", seq=9)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER no_evidence")
    jobs.sweep()
    assert not WaitingFile.objects.exists()
    assert stored_files(session) == []


def forget(session: Session) -> None:
    for seq in range(1, 12):
        parking.drop(session.id, seq)
