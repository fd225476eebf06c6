"""The console's exam pages, as an examiner meets them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts import services as account_services
from accounts.models import AuditEntry, Institution
from accounts.roles import Role
from analysis.risk.library import BUILT_IN
from exams import invitations, services
from exams.models import Candidate, Exam, Invitation, Session
from exams.states import SessionState
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam, make_running_session, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

FIELDS: dict[str, Any] = {
    "title": "Logic I",
    "duration_minutes": "60",
    "opens_at": "",
    "closes_at": "",
    "content_url": "",
    "instructions": "",
    "watch_webcam": "on",
    "recording": "none",
    "allowed_tabs": "",
    "risk_policy": "default",
    "sensitivity": "normal",
}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_an_empty_list_says_what_to_do(bob: Person) -> None:
    assert "Create your first exam" in text_of(bob.client.get("/exams/"))


def test_a_proctor_sees_exams_and_changes_none() -> None:
    membership = account_services.add_member(email="pat@north.example", password=PASSWORD, role=Role.PROCTOR)
    client = Client()
    client.force_login(membership.user)
    assert "Create your first exam" not in text_of(client.get("/exams/"))
    session = make_session()
    page = text_of(client.get(f"/exams/{session.exam_id}/"))
    assert "Add a candidate" not in page
    assert "/join/" not in page
    refused = client.post("/exams/new/", FIELDS)
    assert refused.status_code == 403
    assert "Your role, proctor, may not create and change exams" in text_of(refused)


def test_many_exams_are_searched_and_paged(bob: Person) -> None:
    for number in range(27):
        make_exam(title=f"Exam {number:02}")
    first = text_of(bob.client.get("/exams/"))
    assert "Page 1 of 2" in first
    assert "Exam 26" in first
    assert "Exam 00" not in first
    assert "Exam 00" in text_of(bob.client.get("/exams/?page=2"))
    assert "Page 2 of 2" in text_of(bob.client.get("/exams/?page=99"))
    found = text_of(bob.client.get("/exams/?q=exam+03"))
    assert "Exam 03" in found
    assert "Exam 04" not in found
    assert "Nothing found for “&lt;b&gt;”" in text_of(bob.client.get("/exams/?q=<b>"))


def test_faces_are_compared_only_where_the_camera_is_watched(bob: Person) -> None:
    blind = {**FIELDS, "watch_webcam": "", "watch_identity": "on"}
    refused = bob.client.post("/exams/new/", blind)
    assert refused.status_code == 422
    assert "Faces can be compared only where the camera is watched." in text_of(refused)
    bob.client.post("/exams/new/", {**FIELDS, "watch_identity": "on"})
    exam = Exam.objects.get()
    assert exam.watch_identity is True
    assert "Camera, identity, browser" in text_of(bob.client.get(f"/exams/{exam.id}/"))


def test_things_are_looked_for_only_where_the_camera_is_watched(bob: Person) -> None:
    blind = {**FIELDS, "watch_webcam": "", "watch_objects": "on"}
    refused = bob.client.post("/exams/new/", blind)
    assert refused.status_code == 422
    assert "Things can be looked for only where the camera is watched." in text_of(refused)
    bob.client.post("/exams/new/", {**FIELDS, "watch_objects": "on"})
    exam = Exam.objects.get()
    assert exam.watch_objects is True
    assert "Camera, objects, browser" in text_of(bob.client.get(f"/exams/{exam.id}/"))


@pytest.mark.parametrize(
    ("switched_on", "words"),
    [
        (["ask_id_card"], "A card can be compared only where faces are compared"),
        (["watch_identity", "keep_id_card"], "There is nothing to keep unless the picture is asked for."),
    ],
)
def test_a_card_is_asked_for_only_where_it_can_be_compared(
    bob: Person, switched_on: list[str], words: str
) -> None:
    refused = bob.client.post("/exams/new/", {**FIELDS, **dict.fromkeys(switched_on, "on")})
    assert refused.status_code == 422
    assert words in text_of(refused)


def test_an_exam_may_ask_for_a_card_and_keep_it(bob: Person) -> None:
    wanted = dict.fromkeys(["watch_identity", "ask_id_card", "keep_id_card"], "on")
    bob.client.post("/exams/new/", {**FIELDS, **wanted})
    exam = Exam.objects.get()
    assert (exam.ask_id_card, exam.keep_id_card) == (True, True)
    assert "Camera, identity, identity card, browser" in text_of(bob.client.get(f"/exams/{exam.id}/"))


def test_eyes_are_followed_only_where_the_camera_is_watched(bob: Person) -> None:
    blind = {**FIELDS, "watch_webcam": "", "watch_gaze": "on"}
    refused = bob.client.post("/exams/new/", blind)
    assert refused.status_code == 422
    assert "Eyes can be followed only where the camera is watched." in text_of(refused)
    bob.client.post("/exams/new/", {**FIELDS, "watch_gaze": "on"})
    exam = Exam.objects.get()
    assert exam.watch_gaze is True
    assert "Camera, eyes, browser" in text_of(bob.client.get(f"/exams/{exam.id}/"))


def test_video_is_recorded_only_where_the_camera_is_watched(bob: Person) -> None:
    refused = bob.client.post("/exams/new/", {**FIELDS, "watch_webcam": "", "recording": "full"})
    assert refused.status_code == 422
    assert "There is nothing to record unless the camera or the screen is watched." in text_of(refused)
    bob.client.post("/exams/new/", {**FIELDS, "recording": "flagged"})
    exam = Exam.objects.get()
    assert (exam.recording, exam.recorded_sources) == ("flagged", ("webcam",))
    assert "Recorded</dt><dd>Flagged moments" in text_of(bob.client.get(f"/exams/{exam.id}/"))


def test_times_are_entered_and_shown_in_the_institutions_zone(bob: Person) -> None:
    Institution.objects.update(timezone="Asia/Tokyo")
    fields = FIELDS | {"opens_at": "2027-01-04T09:00", "closes_at": "2027-01-04T17:00"}
    response = bob.client.post("/exams/new/", fields)
    exam = Exam.objects.get()
    assert response["Location"] == f"/exams/{exam.id}/"
    assert exam.opens_at == datetime(2027, 1, 4, 0, 0, tzinfo=UTC)
    assert "4 Jan 2027, 09:00 to 17:00" in text_of(bob.client.get(f"/exams/{exam.id}/"))
    assert 'value="2027-01-04T09:00"' in text_of(bob.client.get(f"/exams/{exam.id}/edit/"))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": " "}, "title", "This field is required."),
        ({"title": "a\0b"}, "title", "Null characters are not allowed."),
        ({"duration_minutes": "soon"}, "duration_minutes", "Enter a whole number."),
        ({"duration_minutes": "0"}, "duration_minutes", "greater than or equal to 1."),
        ({"opens_at": "tomorrow"}, "opens_at", "Enter a valid date/time."),
        (
            {"opens_at": "2027-01-04T09:00", "closes_at": "2027-01-04T08:00"},
            "closes_at",
            "The exam must close after it opens.",
        ),
        ({"content_url": "javascript:alert(1)"}, "content_url", "Enter a valid URL."),
        ({"risk_policy": "../secrets"}, "risk_policy", "Select a valid choice."),
    ],
)
def test_a_refused_exam_says_why_beside_the_field(
    bob: Person, changes: dict[str, str], field: str, words: str
) -> None:
    response = bob.client.post("/exams/new/", FIELDS | changes)
    page = text_of(response)
    assert response.status_code == 422
    assert not Exam.objects.exists()
    assert words in page
    assert re.search(rf'<(input|textarea|select)[^>]*name="{field}"[^>]*autofocus', page)
    assert page.count("autofocus") == 1


def test_the_policies_offered_are_those_on_disk(bob: Person, tmp_path: Path, settings: Settings) -> None:
    settings.PRESETS_DIR = tmp_path
    strict = (BUILT_IN / "default.json").read_text()
    (tmp_path / "strict.json").write_text(strict)
    (tmp_path / "broken.json").write_text(strict.replace("critical", "mortal"))
    assert 'value="broken"' not in text_of(bob.client.get("/exams/new/"))
    assert bob.client.post("/exams/new/", FIELDS | {"risk_policy": "broken"}).status_code == 422
    assert bob.client.post("/exams/new/", FIELDS | {"risk_policy": "strict"}).status_code == 302
    exam = Exam.objects.get()
    assert exam.risk_policy == "strict"
    (tmp_path / "strict.json").unlink()
    assert "strict (missing or broken)" in text_of(bob.client.get(f"/exams/{exam.id}/edit/"))
    settings.PRESETS_DIR = tmp_path / "absent"
    assert bob.client.get("/exams/new/").status_code == 200


def test_an_exam_is_changed(bob: Person) -> None:
    exam = make_exam()
    response = bob.client.post(f"/exams/{exam.id}/edit/", FIELDS | {"title": "Logic <II>"})
    assert response.status_code == 302
    page = text_of(bob.client.get(f"/exams/{exam.id}/"))
    assert "Logic &lt;II&gt;" in page
    assert "Logic <II>" not in page


def test_a_candidate_is_added_and_their_link_can_be_copied(bob: Person) -> None:
    exam = make_exam()
    fields = {"external_id": "17", "name": "Ada", "email": ""}
    page = text_of(bob.client.post(f"/exams/{exam.id}/candidates/add/", fields, follow=True))
    assert "Ada is added." in page
    assert f'data-copy="{invitations.link_of(Invitation.objects.get())}"' in page

    again = bob.client.post(f"/exams/{exam.id}/candidates/add/", fields)
    assert again.status_code == 422
    assert "Ada (17) is already a candidate of this exam." in text_of(again)
    missing = bob.client.post(f"/exams/{exam.id}/candidates/add/", {"external_id": "18"})
    assert missing.status_code == 422
    assert Candidate.objects.count() == 1


def test_a_used_link_is_not_shown_again(bob: Person) -> None:
    session = make_session()
    invitations.redeem(invitation=session.invitations.get(), device_key="k")
    page = text_of(bob.client.get(f"/exams/{session.exam_id}/"))
    assert "/join/" not in page
    assert "used " in page


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("link", "There is a new link."),
        ("revoke", "The link is withdrawn."),
        ("cancel", "The sitting is cancelled."),
    ],
)
def test_a_change_to_a_sitting_is_asked_about_first(bob: Person, action: str, said: str) -> None:
    session = make_session()
    url = f"/exams/{session.exam_id}/candidates/{session.id}/{action}/"
    before = Invitation.objects.values().get()
    assert bob.client.get(url).status_code == 200
    assert Invitation.objects.values().get() == before
    assert said in text_of(bob.client.post(url, follow=True))
    session.refresh_from_db()
    expected = SessionState.CANCELLED if action == "cancel" else SessionState.INVITED
    assert session.state == expected
    live = Invitation.objects.filter(revoked_at__isnull=True)
    assert live.count() == (0 if action == "revoke" else 1)
    assert live.filter(id=before["id"]).exists() is (action == "cancel")


def test_what_cannot_be_done_is_said(bob: Person) -> None:
    running = make_running_session()
    url = f"/exams/{running.exam_id}/candidates/{running.id}"
    refused = bob.client.post(f"{url}/cancel/")
    assert refused.status_code == 409
    assert "Only a session that has not started can be cancelled." in text_of(refused)
    services.end(session=running, to=SessionState.SUBMITTED)
    assert bob.client.post(f"{url}/link/").status_code == 409
    other = make_exam()
    assert bob.client.get(f"/exams/{other.id}/candidates/{running.id}/link/").status_code == 404


def test_a_pasted_list_is_imported(bob: Person) -> None:
    exam = make_exam()
    url = f"/exams/{exam.id}/candidates/import/"
    page = text_of(bob.client.post(url, {"text": "external_id;name\r\n1;Ada\r\n2;Bob"}, follow=True))
    assert "2 candidates are added." in page
    assert sorted(Candidate.objects.values_list("name", flat=True)) == ["Ada", "Bob"]


def test_a_file_with_one_wrong_line_imports_nobody(bob: Person) -> None:
    exam = make_exam()
    file = SimpleUploadedFile("c.csv", b"external_id,name\n1,Ada\n,<b>Bob</b>\n")
    response = bob.client.post(f"/exams/{exam.id}/candidates/import/", {"file": file})
    page = text_of(response)
    assert response.status_code == 422
    assert "Nothing was imported." in page
    assert "Line 3: The external_id is missing." in page
    assert "1,Ada" in page
    assert "<b>Bob" not in page
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a file, or paste a list below."),
        ({"text": "  "}, "Choose a file, or paste a list below."),
        ({"text": "a\0b"}, "Null characters are not allowed."),
        ({"text": "x", "file": SimpleUploadedFile("c.csv", b"x")}, "not both"),
        ({"file": SimpleUploadedFile("c.csv", b"")}, "The list is empty."),
        ({"file": SimpleUploadedFile("c.csv", b"x" * 2_100_000)}, "at most 2 MB"),
        ({"file": SimpleUploadedFile("c.xlsx", b"PK\x03\x04\0\0")}, "This is not a CSV file."),
    ],
    ids=["nothing", "blank", "nul", "both", "empty", "too big", "a workbook"],
)
def test_a_list_that_cannot_be_read_says_why(bob: Person, data: dict[str, Any], words: str) -> None:
    for file in (value for value in data.values() if isinstance(value, SimpleUploadedFile)):
        file.seek(0)
    response = bob.client.post(f"/exams/{make_exam().id}/candidates/import/", data)
    assert response.status_code == 422
    assert words in text_of(response)


def test_the_template_opens_in_a_spreadsheet(bob: Person) -> None:
    response = bob.client.get(f"/exams/{make_exam().id}/candidates/template.csv")
    assert response.content.startswith(b"\xef\xbb\xbfexternal_id,name,email,extra_minutes\r\n")
    assert response["Content-Disposition"] == 'attachment; filename="candidates.csv"'


def test_the_unused_links_are_downloaded_to_be_sent(bob: Person) -> None:
    exam = make_exam()
    formula = services.add_candidate(
        exam=exam, details=services.CandidateDetails(external_id="=1+1", name="@Ada"), actor=None
    )
    used, cancelled = make_session(exam), make_session(exam)
    invitations.redeem(invitation=used.invitations.get(), device_key="k")
    services.cancel(session=cancelled, actor=bob.user)
    response = bob.client.post(f"/exams/{exam.id}/candidates/links.csv")
    assert response.content.decode("utf-8-sig").splitlines() == [
        "external_id,name,email,link",
        f"'=1+1,'@Ada,,{invitations.link_of(formula.invitations.get())}",
    ]
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.actor, entry.action, entry.subject, entry.detail) == (
        f"user:{bob.user.id}",
        "links.taken_out",
        f"exam:{exam.id}",
        {"count": 1},
    )


def test_among_many_the_changed_candidate_is_shown(bob: Person) -> None:
    exam = make_exam()
    rows = [services.CandidateDetails(external_id=f"{number:03}", name="Same Name") for number in range(101)]
    session = services.add_candidates(exam=exam, rows=rows, actor=bob.user)[-1]
    response = bob.client.post(f"/exams/{exam.id}/candidates/{session.id}/link/")
    assert response["Location"] == f"/exams/{exam.id}/?q=100#candidates"


def test_candidates_are_searched_on_the_exam_page(bob: Person) -> None:
    exam = make_exam()
    for number in range(11):
        make_session(exam, name=f"Person {number:02}")
    page = text_of(bob.client.get(f"/exams/{exam.id}/?q=person+07&state=invited"))
    assert "Person 07" in page
    assert "Person 08" not in page
    assert "Nobody found" in text_of(bob.client.get(f"/exams/{exam.id}/?q=nobody%00"))


def test_tabs_and_the_screen_are_chosen_and_kept(bob: Person) -> None:
    refused = bob.client.post("/exams/new/", {**FIELDS, "allowed_tabs": "0"})
    assert refused.status_code == 422
    assert "greater than or equal to 1" in refused.content.decode()
    both = bob.client.post("/exams/new/", {**FIELDS, "allowed_tabs": "2", "require_full_screen": "on"})
    assert "In full screen there is one tab only" in both.content.decode()

    bob.client.post("/exams/new/", {**FIELDS, "allowed_tabs": "3", "watch_screen": "on", "watch_webcam": ""})
    exam = Exam.objects.get()
    assert (exam.allowed_tabs, exam.watch_screen, exam.watch_webcam) == (3, True, False)
    page = bob.client.get(f"/exams/{exam.id}/").content.decode()
    assert "Screen and browser, no camera" in page
    assert "3 tabs may be used" in page

    bob.client.post(f"/exams/{exam.id}/edit/", {**FIELDS, "allowed_tabs": "", "watch_screen": "on"})
    exam.refresh_from_db()
    assert exam.allowed_tabs == 1
