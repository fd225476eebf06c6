"""A version names its words: whoever changes a word gives the notice a new version."""

import hashlib

import pytest

from exams.models import AcceptedNotice, Consent
from exams.notices import VERSION, Notice, notice_for
from exams.services import give_consent
from tests.factories import make_exam, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]
EVERYTHING = {
    "watch_audio": True,
    "watch_identity": True,
    "watch_objects": True,
    "watch_gaze": True,
    "watch_screen": True,
    "ask_id_card": True,
}
EXAMS: tuple[dict[str, object], ...] = (
    {},
    {"watch_webcam": False, "allowed_tabs": 3},
    EVERYTHING,
    EVERYTHING | {"keep_id_card": True, "recording": "flagged"},
    EVERYTHING | {"recording": "full", "watch_audio": False},
    {"recording": "full", "watch_audio": True},
)
# To a new version belongs a new line; the old ones stay, for those who ask what was said.
SAID = {"2026-11.2": "9f4462f2c9e6e2a7a9ad521464c4d2cf36b0b68d0bb1df80f2664afd606370ea"}


def digest_of(notices: list[Notice]) -> str:
    return hashlib.sha256("\n".join(notice.sha256 for notice in notices).encode()).hexdigest()


def test_the_version_changes_with_the_words() -> None:
    assert digest_of([notice_for(make_exam(**changes)) for changes in EXAMS]) == SAID[VERSION]


def test_the_very_words_are_kept_once() -> None:
    exam = make_exam()
    notice = notice_for(exam)
    for name in ("Dana", "Emil"):
        give_consent(session=make_session(exam, name=name), notice=notice)
    kept = AcceptedNotice.objects.get()
    assert (kept.sha256, kept.version, kept.language) == (notice.sha256, VERSION, "en-gb")
    assert [one["why"] for one in kept.watched] == [one.why for one in notice.watched]
    assert tuple(kept.paragraphs) == notice.paragraphs
    assert {one.notice_sha256 for one in Consent.objects.all()} == {kept.sha256}
