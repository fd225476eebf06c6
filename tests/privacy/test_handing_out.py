"""Somebody who asks gets a copy of everything, opened, once."""

import io
import json
import re
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from accounts import sealing
from accounts.errors import Conflict, Gone
from accounts.models import AuditEntry
from exams.models import Session
from jobs.models import Job
from privacy.models import RequestKind, RequestState, SubjectRequest
from privacy.services import handing_out, requesting
from privacy.services.stored_folders import files_beneath
from proctoring.models import Evidence, IdCard, Message, Recording
from proctoring.services.id_cards import PURPOSES
from proctoring.services.review import give_verdict
from tests.conftest import Person
from tests.privacy.people import is_done, make_person, make_request, run_job
from tests.proctoring.session_rows import drawn_face

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def hang_on(session: Session, alice: Person) -> None:
    """A card, a message, a decision and a video."""
    card = sealing.seal(b"\xff\xd8\xff card", session.id, purpose=PURPOSES["card"])
    IdCard.objects.create(session=session, card_key_id=card.key_id, card_sealed=card.content)
    Message.objects.create(
        session=session, number=1, client_id=session.id, side="candidate", text="May I <ask>?"
    )
    flag = session.flags.get(rule="NO_FACE")
    give_verdict(flag=flag, decision="dismissed", reason="The light went out.", actor=alice.user)
    key = storages["recordings"].save(
        f"{session.institution_id}/{session.id}/webcam.webm", ContentFile(b"video")
    )
    Recording.objects.create(
        session=session, source="webcam", storage_key=key, content_type="video/webm", size_bytes=5
    )


def made(request: SubjectRequest) -> ZipFile:
    handing_out.begin_copy(request=request, actor=None)
    job = run_job(handing_out.KIND)
    assert is_done(job), job.last_error
    request.refresh_from_db()
    with storages["reports"].open(request.storage_key) as file:
        return ZipFile(io.BytesIO(file.read()))


def copies_of(request: SubjectRequest) -> list[str]:
    return files_beneath(storages["reports"], f"copies/{request.institution_id}")


def test_a_copy_holds_everything_about_the_person_and_nothing_of_others(alice: Person) -> None:
    make_person("Olga Other")
    candidate = make_person(sittings=2)
    session = candidate.sessions.order_by("created_at")[0]
    hang_on(session, alice)
    copy = made(make_request(RequestKind.ACCESS, candidate=candidate))

    names = copy.namelist()
    told = json.loads(copy.read("data.json"))
    assert told["candidate"]["name"] == candidate.name
    assert len(told["sittings"]) == 2
    first = told["sittings"][0]
    assert first["sitting"]["id"] == str(session.id)
    assert first["consent"]["notice_sha256"]
    assert [message["text"] for message in first["messages"]] == ["May I <ask>?"]
    flag = next(one for one in first["flags"] if one["rule"] == "NO_FACE")
    assert (flag["verdict"]["decision"], flag["verdict"]["reason"]) == ("dismissed", "The light went out.")
    assert {"session.started", "session.submitted"} & {entry["action"] for entry in first["log"]}
    kinds = {re.sub(r"^sittings/\d+-[^/]+/|-?\d+s?-[0-9a-f]{8}|-\d+", "", name) for name in names}
    assert kinds >= {
        "data.json",
        "index.html",
        "SHA256SUMS",
        "measurements.jsonl",
        "pictures/camera.jpg",
        "identity/card.jpg",
        "video/webcam.webm",
        "reports/version.pdf",
        "reports/version.json",
    }
    pictures = [copy.read(name) for name in names if "/pictures/camera" in name]
    assert pictures == [drawn_face()] * 2
    assert copy.read(next(name for name in names if name.endswith("card.jpg"))) == b"\xff\xd8\xff card"
    lines = copy.read(next(name for name in names if name.endswith("measurements.jsonl"))).splitlines()
    assert len(lines) == 21
    page = copy.read("index.html").decode()
    assert "May I &lt;ask&gt;?" in page
    assert "The light went out." in page
    everything = b"".join(copy.read(name) for name in names)
    assert b"Olga" not in everything
    for secret in ("sealed", "token_sha256", "device_key"):
        assert f'"{secret}"'.encode() not in everything


def test_the_hashes_fit_and_what_is_gone_is_named() -> None:
    import hashlib

    candidate = make_person()
    storages["evidence"].delete(Evidence.objects.get().storage_key)
    copy = made(make_request(RequestKind.ACCESS, candidate=candidate))
    lines = copy.read("SHA256SUMS").decode().splitlines()
    assert len(lines) == len(copy.namelist()) - 1
    for line in lines:
        sha256, _, name = line.partition("  ")
        assert hashlib.sha256(copy.read(name)).hexdigest() == sha256
    assert "pictures/camera-" in copy.read("index.html").decode().partition("No longer there")[2]


def test_a_copy_is_taken_once_and_deleted(alice: Person) -> None:
    request = make_request(RequestKind.ACCESS, candidate=make_person())
    made(request)
    assert request.has_file
    handing_out.take_copy(request=request, actor=alice.user)
    request.refresh_from_db()
    assert not request.has_file
    with pytest.raises(Gone, match="taken already"):
        handing_out.take_copy(request=request, actor=alice.user)
    due = Job.objects.filter(kind=handing_out.FORGET).order_by("next_attempt_at")
    assert [round((job.next_attempt_at - timezone.now()) / timedelta(hours=1)) for job in due] == [1, 7 * 24]
    Job.objects.filter(kind=handing_out.FORGET).update(next_attempt_at=timezone.now())
    assert is_done(run_job(handing_out.FORGET))
    request.refresh_from_db()
    assert (request.storage_key, copies_of(request)) == ("", [])
    assert handing_out.forget_copy(request=request) is False
    actions = AuditEntry.objects.filter(subject=f"subject_request:{request.id}").order_by("number")
    assert [action.rpartition(".")[2] for action in actions.values_list("action", flat=True)] == [
        "opened",
        "identity_confirmed",
        "access_begun",
        "access_ready",
        "access_taken",
        "file_deleted",
    ]


def test_nothing_is_handed_out_to_somebody_unknown() -> None:
    request = requesting.open_request(kind=RequestKind.ACCESS, candidate=make_person(), actor=None)
    with pytest.raises(Conflict, match="made sure"):
        handing_out.begin_copy(request=request, actor=None)


@pytest.mark.parametrize("kind", [RequestKind.ERASURE, RequestKind.OBJECT])
def test_only_an_access_request_makes_a_copy(kind: str) -> None:
    with pytest.raises(Conflict, match="does not ask for a copy"):
        handing_out.begin_copy(request=make_request(kind, candidate=make_person()), actor=None)


def test_an_erasure_takes_the_copy_along() -> None:
    from privacy.services import erasing

    candidate = make_person()
    request = make_request(RequestKind.ACCESS, candidate=candidate)
    made(request)
    erasing.begin_erasure(request=make_request(candidate=candidate), word="ERASE", actor=None)
    assert is_done(run_job(erasing.KIND))
    request.refresh_from_db()
    assert (request.storage_key, request.candidate_id) == ("", None)
    assert copies_of(request) == []


def test_somebody_who_sat_nothing_gets_a_copy_that_says_so() -> None:
    from exams.models import Candidate

    candidate = Candidate.objects.create(external_id="none", name="Nora None")
    copy = made(make_request(RequestKind.ACCESS, candidate=candidate))
    assert "You have sat no exam here." in copy.read("index.html").decode()


def test_requests_are_refused_answered_and_closed_once(alice: Person) -> None:
    candidate = make_person()
    refused: dict[str, Any] = {"reason": "Asked for by somebody else.", "actor": alice.user}
    request = make_request(RequestKind.RECTIFY, candidate=candidate)
    done = requesting.answer(request=request, result="The name was corrected.", actor=alice.user)
    assert (done.state, done.closed_by, done.result) == (
        RequestState.DONE,
        alice.user,
        "The name was corrected.",
    )
    with pytest.raises(Conflict, match="closed already"):
        requesting.refuse(request=request, **refused)
    other = make_request(RequestKind.OBJECT, candidate=candidate)
    assert requesting.refuse(request=other, **refused).refused_reason == "Asked for by somebody else."
