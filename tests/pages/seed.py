"""Fills an empty folder with an institution that has something on every page; prints where the pages are.

Runs in its own process (`python -m tests.pages.seed`) with VAR_DIR set, before the server gets it.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from accounts.models import User
    from exams.models import Session
    from tests.tenancy_house import House

PASSWORD = "correct horse battery"
NAMES = ("Ada Byron", "Bea Okafor", "Carl Nyström", "Đan Lê", "Élodie Petit", "Farid Haddad", "Grace Mbeki")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page, and whose cookie it is asked with: `owner`, `seat` or `nobody`."""

    name: str
    path: str
    visitor: str


@dataclass(frozen=True, slots=True)
class Plan:
    visits: list[Visit]
    cookies: dict[str, str]


def plan() -> Plan:
    from accounts import services
    from accounts.tenancy import tenant_scope

    membership = services.register_institution(
        name="North University", email="alice@north.example", password=PASSWORD, owner_name="Alice Owner"
    )
    with tenant_scope(membership.institution_id):
        house = _furnished()
        checking = _candidates(house)
        _finished()
        visits = [*_visits(house), *_seats(checking), *_seats(house.session)]
        cookies = {"owner": _signed_in(membership.user), "seat": _seated(checking, house.session)}
    return Plan(visits, cookies)


def _furnished() -> "House":
    from accounts.api_keys import create
    from accounts.models import Scope
    from proctoring.models import Evidence
    from tests.proctoring.session_rows import make_evidence
    from tests.tenancy_house import furnish

    house = furnish()
    Evidence.objects.filter(flag=house.flag).delete()
    make_evidence(house.flag)
    create(name="Our learning platform", scopes=[Scope.READ, Scope.WRITE], actor=None)
    return house


def _candidates(house: "House") -> "Session":
    """Some who sit the exam, and one who is at the camera check."""
    from exams import services
    from exams.notices import notice_for
    from tests.factories import make_running_session, make_session
    from tests.proctoring.session_rows import make_flag, make_risk

    for place, name in enumerate(NAMES):
        session = make_running_session(house.session.exam, name=name)
        make_risk(session, score_milli=place * 9000)
        if place % 3 == 2:
            make_flag(session, severity="critical" if place > 4 else "warning")
    checking = make_session(house.session.exam, name="Wim at the check")
    services.give_consent(session=checking, notice=notice_for(checking.exam))
    checking.refresh_from_db()
    return checking


def _finished() -> None:
    from tests.reports.sittings import make_finished_sitting, run_jobs

    make_finished_sitting(name="Zoe Finished", title="Logic II")
    run_jobs()


def _visits(house: "House") -> Iterator[Visit]:
    from django.urls import reverse

    from exams.models import Session
    from exams.states import SessionState
    from tests.tenancy_recipes import RECIPES, Audience

    owner = {Audience.MEMBERS, Audience.MEMBERS_EACH_THEIR_OWN, Audience.PERSON}
    nobody = {Audience.EVERYBODY, Audience.LINK}
    for name, recipe in sorted(RECIPES.items()):
        if recipe.audience in owner | nobody:
            path = reverse(name, kwargs=recipe.arguments(house))
            yield Visit(name, path, "owner" if recipe.audience in owner else "nobody")
    ended = Session.objects.get(state=SessionState.SUBMITTED)
    for name in ("proctoring:session", "proctoring:wall", "exams:detail"):
        of_exam = {"exam_id": ended.exam_id}
        arguments = {"session_id": ended.id} if name == "proctoring:session" else of_exam
        yield Visit(f"{name}-ended", reverse(name, kwargs=arguments), "owner")


def _seats(session: "Session") -> Iterator[Visit]:
    from django.urls import reverse

    for name in ("proctoring:room", "proctoring:agreement", "exams:consent", "exams:thanks"):
        yield Visit(f"{name}-{session.state}", reverse(name, args=[session.id]), "seat")


def _signed_in(user: "User") -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    return _cookie(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )


def _seated(*sessions: "Session") -> str:
    from exams.models import Session
    from exams.seats import SEATS, new_device_key

    seats = {}
    for session in sessions:
        key = new_device_key()
        Session.objects.filter(id=session.id).update(device_key=key)
        seats[str(session.id)] = {
            "institution": str(session.institution_id),
            "device_key": key,
            "invitation": str(session.invitations.get().id),
        }
    return _cookie({SEATS: seats})


def _cookie(values: dict[str, Any]) -> str:
    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(values)
    store.create()
    return str(store.session_key)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    json.dump(asdict(plan()), sys.stdout)
