"""The platform's admin: for operators with a second factor, on record, and blind for what exams hold."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from accounts import operators
from accounts.models import AuditEntry, Institution, User
from accounts.tenancy import tenant_scope
from jobs.models import Job, JobState
from tests.accounts.test_second_factor import code_of, set_up
from tests.conftest import PASSWORD, Person
from tests.factories import make_session

pytestmark = pytest.mark.django_db
PAGES = [
    "/platform/",
    "/platform/accounts/institution/",
    "/platform/accounts/user/",
    "/platform/accounts/auditentry/",
    "/platform/jobs/job/",
    "/platform/webhooks/endpoint/",
    "/platform/exams/exam/",
    "/platform/exams/session/",
]


@pytest.fixture(autouse=True)
def with_admin(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.config.platform.urls_with_admin"


@pytest.fixture
def olivia(charlie: Person) -> Client:
    """Charlie runs the platform and came with a second factor."""
    operators.appoint(user=charlie.user)
    secret = set_up(charlie)
    client = Client(raise_request_exception=False)
    client.post("/login/", {"email": charlie.user.email, "password": PASSWORD})
    client.post("/login/code/", {"code": code_of(secret)})
    return client


@pytest.fixture
def given_up(alice: Person) -> Job:
    with tenant_scope(alice.institution.id):
        return Job.objects.create(
            kind="reports.render",
            state=JobState.QUARANTINED,
            tries=8,
            last_error="OSError: no room",
            next_attempt_at=timezone.now() + timedelta(hours=1),
        )


def act(client: Client, page: str, action: str, row: Any, **fields: str) -> str:
    answer = client.post(page, {"action": action, "_selected_action": [str(row)], **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def entries(person: Person) -> list[tuple[str, str, str]]:
    with tenant_scope(person.institution.id):
        found = AuditEntry.objects.order_by("number").values_list("action", "subject", "actor")
        return list(found)


def test_there_is_none_unless_it_is_switched_on(olivia: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = "config.urls"
    assert olivia.get("/platform/").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_an_operator_sees_every_institution(olivia: Client, alice: Person, given_up: Job, page: str) -> None:
    with tenant_scope(alice.institution.id):
        make_session(name="Zyxgard Quellental")
    answer = olivia.get(page)
    assert answer.status_code == 200
    assert "Zyxgard" not in answer.content.decode()
    assert answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "asked",
    [
        "accounts/user/?password__startswith=md5",
        "accounts/user/?access_stamp__startswith=0",
        "webhooks/endpoint/?sealed__startswith=0",
        "exams/session/?candidate__name__startswith=D",
    ],
)
def test_no_filter_tells_what_is_not_shown(olivia: Client, asked: str) -> None:
    assert olivia.get(f"/platform/{asked}").status_code == 400


def test_what_is_shown_can_be_filtered(olivia: Client) -> None:
    assert olivia.get("/platform/accounts/user/?is_active__exact=1").status_code == 200


def test_nobody_else_comes_in(alice: Person) -> None:
    assert Client().get("/platform/")["Location"].startswith("/platform/login/")
    refused = alice.client.get("/platform/", follow=True)
    assert refused.status_code == 403
    assert "Only those who run this platform" in refused.content.decode()


def test_an_operator_without_a_second_factor_is_told(alice: Person) -> None:
    operators.appoint(user=alice.user)
    refused = alice.client.get("/platform/", follow=True)
    assert (refused.status_code, "Set up a second factor" in refused.content.decode()) == (403, True)


def test_having_a_second_factor_is_not_having_come_with_it(alice: Person) -> None:
    operators.appoint(user=alice.user)
    set_up(alice)
    client = Client()
    client.force_login(User.objects.get(id=alice.user.id))
    refused = client.get("/platform/", follow=True)
    assert (refused.status_code, "sign in with your second factor" in refused.content.decode()) == (403, True)


def test_pages_hold_nothing_that_our_policy_refuses(olivia: Client, given_up: Job) -> None:
    for page in [*PAGES, f"/platform/jobs/job/{given_up.id}/change/"]:
        html = olivia.get(page).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html) == [], page
        assert re.findall(r"\s(?:style|on\w+)=", html) == [], page
        assert re.findall(r"(?:src|href)=\"https?://", html) == [], page


def test_an_institution_is_suspended_with_a_reason_and_let_go_on(olivia: Client, alice: Person) -> None:
    page, row = "/platform/accounts/institution/", alice.institution.id
    assert "Write down why." in act(olivia, page, "suspend", row)
    assert "Done for 1." in act(olivia, page, "suspend", row, reason="Unpaid")
    assert Institution.objects.get(id=row).suspended_because == "Unpaid"
    assert "Done for 1." in act(olivia, page, "resume", row)
    assert [entry[0] for entry in entries(alice)][-2:] == ["institution.suspended", "institution.resumed"]
    assert entries(alice)[-1][2].startswith("user:")


def test_work_that_was_given_up_is_done_again_or_deleted(
    olivia: Client, alice: Person, given_up: Job
) -> None:
    page = "/platform/jobs/job/"
    assert "no room" in olivia.get(page).content.decode()
    act(olivia, page, "retry", given_up.id)
    with tenant_scope(alice.institution.id):
        job = Job.objects.get(id=given_up.id)
        assert (job.state, job.tries, job.next_attempt_at <= timezone.now()) == (JobState.WAITING, 0, True)
    assert "This work was not given up." in act(olivia, page, "let_go", given_up.id)
    with tenant_scope(alice.institution.id):
        Job.objects.filter(id=given_up.id).update(state=JobState.QUARANTINED)
    act(olivia, page, "let_go", given_up.id)
    with tenant_scope(alice.institution.id):
        assert not Job.objects.filter(id=given_up.id).exists()
    assert [entry[:2] for entry in entries(alice)][-2:] == [
        ("job.retried", f"job:{given_up.id}"),
        ("job.deleted", f"job:{given_up.id}"),
    ]


def test_a_person_is_kept_out_and_let_in_again(olivia: Client, alice: Person) -> None:
    page, row = "/platform/accounts/user/", alice.user.id
    act(olivia, page, "deactivate", row)
    assert not User.objects.get(id=row).is_active
    assert alice.client.get("/exams/").status_code == 302
    act(olivia, page, "activate", row)
    assert User.objects.get(id=row).is_active
    assert [entry[0] for entry in entries(alice)][-2:] == ["user.deactivated", "user.activated"]


def test_a_password_is_changed_and_a_session_left_as_everybody_does(olivia: Client) -> None:
    assert olivia.get("/platform/password_change/")["Location"] == "/account/password/"
    assert olivia.get("/platform/logout/").status_code == 405
    assert olivia.post("/platform/logout/")["Location"] == "/login/"
    assert olivia.get("/platform/").status_code == 302


def test_an_operator_does_not_lock_themselves_out(olivia: Client, charlie: Person) -> None:
    assert "this would lock you out" in act(olivia, "/platform/accounts/user/", "deactivate", charlie.user.id)


@pytest.mark.parametrize("way", ["add/", "00000000-0000-0000-0000-000000000000/delete/"])
def test_nothing_is_made_changed_or_deleted_by_a_form(olivia: Client, way: str) -> None:
    assert olivia.post(f"/platform/accounts/institution/{way}", {"name": "x"}).status_code in (302, 403)
    assert Institution.objects.count() == 1


def test_operators_are_appointed_from_the_command_line(alice: Person) -> None:
    told = StringIO()
    call_command("operator", "appoint", "Alice@north.example", stdout=told)
    assert "must set up a second factor" in told.getvalue()
    assert User.objects.get(id=alice.user.id).is_staff
    call_command("operator", "dismiss", "alice@north.example", stdout=told)
    assert not User.objects.get(id=alice.user.id).is_staff
    with pytest.raises(CommandError, match="no account"):
        call_command("operator", "appoint", "nobody@north.example")
