"""`python -m tests.stack.seed --candidates N`: an exam that N candidates sit at this moment, printed as JSON.

Everything goes through the services that pages and the API use: the link is redeemed, the notice agreed to,
the clock started without a camera check.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from tests.stack.seeded import Seat, Seeded

if TYPE_CHECKING:
    from accounts.models import Membership
    from exams.models import Exam, Invitation

PASSWORD = "correct horse battery"
# So many sittings are made in one transaction.
AT_ONCE = 50


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m tests.stack.seed")
    options.add_argument("--candidates", type=int, default=1)
    options.add_argument("--institution", default="North")
    options.add_argument("--exam", type=json.loads, default={}, help="settings of the exam, as JSON")
    chosen = options.parse_args(arguments)
    import django

    django.setup()
    print(seed(institution=chosen.institution, candidates=chosen.candidates, exam=chosen.exam).to_json())
    return 0


def seed(*, institution: str, candidates: int, exam: dict[str, Any]) -> Seeded:
    from django.utils.text import slugify

    from accounts import api_keys
    from accounts.models import Scope
    from accounts.services import register_institution
    from accounts.tenancy import tenant_scope

    email = f"owner@{slugify(institution)}.example"
    owner = register_institution(name=institution, email=email, password=PASSWORD)
    with tenant_scope(owner.institution_id):
        made = _exam(exam, owner)
        return Seeded(
            institution=str(owner.institution_id),
            owner_email=email,
            owner_password=PASSWORD,
            owner_cookie=_cookie_of(owner),
            api_key=api_keys.create(name="stack", scopes=list(Scope)).text,
            exam=str(made.id),
            seats=_seats(made, candidates),
        )


def _exam(settings: dict[str, Any], owner: Membership) -> Exam:
    from exams.services import ExamSettings, create_exam

    wanted = {"title": "Logic I", "duration_minutes": 240, **settings}
    return create_exam(settings=ExamSettings(**wanted), actor=owner.user)


def _seats(exam: Exam, count: int) -> tuple[Seat, ...]:
    from django.db import transaction

    from exams.models import Invitation
    from exams.services import CandidateDetails, add_candidates

    rows = [CandidateDetails(external_id=f"c{number}", name=f"Candidate {number}") for number in range(count)]
    seats: list[Seat] = []
    for first in range(0, count, AT_ONCE):
        with transaction.atomic():
            sessions = add_candidates(exam=exam, rows=rows[first : first + AT_ONCE], actor=None)
            links = Invitation.objects.filter(session__in=sessions).select_related("session__exam")
            seats += [_seat(link) for link in links.order_by("session__candidate__external_id")]
    return tuple(seats)


def _seat(link: Invitation) -> Seat:
    from exams import invitations, seats
    from exams.notices import notice_for
    from exams.services import give_consent
    from proctoring.services import start_session

    session = invitations.redeem(invitation=link, device_key=seats.new_device_key(), moves=False, ip="")
    give_consent(session=session, notice=notice_for(session.exam))
    start_session(session=session, device_info={"user_agent": "stack"}, without_baseline=True)
    request = _visit()
    seats.take(request, session, by=link)
    request.session.save()
    return Seat(str(session.id), request.session.session_key)


def _cookie_of(owner: Membership) -> str:
    from django.test import Client

    browser = Client()
    browser.force_login(owner.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser.cookies["sessionid"].value


def _visit() -> Any:
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore()
    return request


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
