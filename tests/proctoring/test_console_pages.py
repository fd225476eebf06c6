"""The console's pages as Alice (owner), Bob (examiner), an auditor and Charlie (another institution)."""

import time
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts import tickets
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tickets import Ticket
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring.models import Flag, Verdict
from proctoring.services import chatting, intervening, watching
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam, make_running_session, make_session
from tests.proctoring.session_rows import make_event, make_evidence, make_flag, make_risk, make_score

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(scope: None) -> Session:
    session = make_running_session(make_exam(title="Logic I"))
    make_risk(session, score_milli=12_500, integrity_milli=88_000, covered_seconds=3, last_video_seq=9)
    Session.objects.filter(id=session.id).update(started_at=timezone.now() - timedelta(minutes=2))
    session.refresh_from_db()
    return session


@pytest.fixture
def flag(session: Session) -> Flag:
    return make_flag(session)


@pytest.fixture
def auditor(alice: Person, scope: None) -> Client:
    member = accounts.add_member(email="ada@north.example", password=PASSWORD, role=Role.AUDITOR)
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def test_the_wall_embeds_its_first_picture(session: Session, bob: Person) -> None:
    page = bob.client.get(reverse("proctoring:wall", args=[session.exam_id]))

    assert page.status_code == 200
    assert "Logic I" in page.text
    assert page.context["config"]["urls"] == {
        "data": f"/exams/{session.exam_id}/wall.json",
        "ticket": "/console/ticket/",
        "socket": "/ws/console/",
    }
    assert [row["candidate"] for row in page.context["config"]["wall"]["sessions"]] == ["Dana Candidate"]
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_a_name_is_data_in_the_embedded_json(scope: None, alice: Person) -> None:
    exam = make_exam(title="</script><b>")
    make_session(exam, name="</script><script>alert(1)</script>")

    page = alice.client.get(reverse("proctoring:wall", args=[exam.id]))

    assert "<script>alert" not in page.text
    assert "</script><b>" not in page.text


def test_the_wall_as_json_is_what_the_contract_says(session: Session, flag: Flag, alice: Person) -> None:
    answer = alice.client.get(reverse("proctoring:wall-data", args=[session.exam_id])).json()

    brief = {
        "id": str(flag.id),
        "rule": "NO_FACE",
        "label": "No face seen",
        "severity": "warning",
        "since_ms": 14_000,
        "evidence_url": None,
    }
    (row,) = answer["sessions"]
    remaining_ms = row.pop("remaining_ms")
    assert 0 < remaining_ms <= 3_600_000
    assert row == {
        "id": str(session.id),
        "candidate": "Dana Candidate",
        "external_id": session.candidate.external_id,
        "state": "running",
        "online": False,
        "score": 12.5,
        "integrity_score": 88.0,
        "coverage": 3 / 120,
        "thumbnail": f"/sessions/{session.id}/thumbnail.jpg?seq=9",
        "screen": None,
        "newest_flag": brief,
        "flag_counts": {"critical": 0, "warning": 1, "info": 0},
        "open_flags": [brief],
        "url": f"/sessions/{session.id}/",
        "started_at": session.started_at.isoformat() if session.started_at else None,
        "unusual": None,
        "waiting": {"unread": 0, "help_since": None},
    }
    assert (answer["watchers"], answer["acts"]) == ([], [])


def test_the_wall_tells_what_waits_who_watches_and_what_was_done(session: Session, alice: Person) -> None:
    call = chatting.write_as_candidate(session=session, client_id=uuid.uuid4(), text="", kind="help")
    watching.begin_watching(
        person_id=alice.user.id, exam_id=session.exam_id, session_id=session.id, channel="page"
    )
    intervening.pause_session(session=session, actor=alice.user)
    page = alice.client.get(reverse("proctoring:wall", args=[session.exam_id]))
    config = page.context["config"]
    assert (config["me"], config["may_intervene"]) == (str(alice.user.id), True)
    wall = config["wall"]
    assert wall["sessions"][0]["waiting"] == {"unread": 1, "help_since": call.sent_at.isoformat()}
    assert wall["watchers"] == [
        {"person": str(alice.user.id), "name": "alice@north.example", "session": str(session.id)}
    ]
    assert [(act["actor"], act["action"], act["candidate"]) for act in wall["acts"]] == [
        ("alice@north.example", "session.paused", "Dana Candidate")
    ]


def test_the_page_shows_what_was_written_to_those_who_may_see_it(
    session: Session, alice: Person, auditor: Client
) -> None:
    address = reverse("proctoring:session", args=[session.id])
    assert 'data-view="session-chat"' not in auditor.get(address).text
    assert "Nothing was written yet." in alice.client.get(address).text
    chatting.write_as_candidate(session=session, client_id=uuid.uuid4(), text="<script>alert(1)</script>")
    for client, may_write in ((alice.client, True), (auditor, False)):
        page = client.get(address)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "<script>alert" not in page.text
        chat = page.context["config"]["chat"]
        assert ([message["number"] for message in chat["messages"]], chat["may_write"]) == ([1], may_write)


def test_a_screen_is_shown_where_it_is_watched(scope: None, alice: Person) -> None:
    session = make_running_session(make_exam(watch_screen=True))
    (row,) = alice.client.get(reverse("proctoring:wall-data", args=[session.exam_id])).json()["sessions"]
    assert row["screen"] == f"/sessions/{session.id}/screen.jpg"


def test_the_page_tells_who_else_has_it_open_and_what_was_done(
    session: Session, alice: Person, bob: Person
) -> None:
    watching.begin_watching(
        person_id=bob.user.id, exam_id=session.exam_id, session_id=session.id, channel="page"
    )
    watching.begin_watching(person_id=bob.user.id, exam_id=session.exam_id, session_id=None, channel="wall")
    intervening.pause_session(session=session, actor=bob.user)
    page = alice.client.get(reverse("proctoring:session", args=[session.id]))
    company = page.context["config"]["company"]
    assert company["watchers"] == [
        {"person": str(bob.user.id), "name": "bob@north.example", "session": str(session.id)}
    ]
    assert [(act["actor"], act["action"]) for act in company["acts"]] == [
        ("bob@north.example", "session.paused")
    ]
    assert company["me"] == str(alice.user.id)


def test_the_panel_tells_flags_what_is_on_and_what_was_written(
    session: Session, flag: Flag, alice: Person, auditor: Client
) -> None:
    chatting.write_as_proctor(session=session, client_id=uuid.uuid4(), text="<b>Hi</b>", actor=alice.user)
    panel = auditor.get(reverse("proctoring:panel-data", args=[session.id])).json()
    assert [shown["id"] for shown in panel["flags"]] == [str(flag.id)]
    assert panel["watched"][0]["key"] == "webcam"
    assert [(message["text"], message["author"]) for message in panel["messages"]] == [
        ("<b>Hi</b>", "alice@north.example")
    ]


def test_the_risk_curve_as_json(session: Session, flag: Flag, alice: Person) -> None:
    make_evidence(flag, b"a picture")
    make_score(session, 1, 1_000, 2_500)

    answer = alice.client.get(reverse("proctoring:risk-data", args=[session.id])).json()

    duration_ms = answer.pop("duration_ms")
    assert 120_000 <= duration_ms < 180_000
    assert answer == {
        "t_ms": [1_000],
        "score": [2.5],
        "flags": [
            {
                "id": str(flag.id),
                "rule": "NO_FACE",
                "label": "No face seen",
                "severity": "warning",
                "since_ms": 14_000,
                "evidence_url": f"/evidence/{flag.id}.jpg",
                "t_ms": 17_000,
            }
        ],
    }


def test_the_session_page_says_what_is_known(session: Session, flag: Flag, bob: Person) -> None:
    make_event(session, 1, 5_000, "paste", length=12)

    page = bob.client.get(reverse("proctoring:session", args=[session.id]))

    assert page.status_code == 200
    for words in (
        "Dana Candidate",
        "Logic I",
        "No face seen",
        "Pasted text",
        "12 characters",
        "A person decides; software never fails anybody.",
        "Terminate",
        "Not decided yet",
    ):
        assert words in page.text


def test_a_session_that_has_not_started_has_a_page(scope: None, alice: Person) -> None:
    session = make_session()

    page = alice.client.get(reverse("proctoring:session", args=[session.id]))

    assert page.status_code == 200
    assert "The session has not started." in page.text
    assert "Terminate" not in page.text


@pytest.mark.parametrize("part", ["summary", "flags", "timeline"])
def test_a_part_is_a_piece_and_no_page(session: Session, alice: Person, part: str) -> None:
    piece = alice.client.get(reverse("proctoring:session-part", args=[session.id, part]))

    assert piece.status_code == 200
    assert f'id="session-{part}"' in piece.text
    assert "<html" not in piece.text


def test_a_thousand_flags_do_not_fill_the_page(session: Session, alice: Person) -> None:
    flags = [make_flag(session, t_ms=number) for number in range(103)]

    piece = alice.client.get(reverse("proctoring:session-part", args=[session.id, "flags"])).text

    assert piece.count("flag-card") == 100
    assert "The newest 100 of 103 flags" in piece
    assert str(flags[102].id) in piece
    assert str(flags[2].id) not in piece


def test_an_unknown_part_is_not_found(session: Session, alice: Person) -> None:
    assert alice.client.get(reverse("proctoring:session-part", args=[session.id, "x"])).status_code == 404


def test_the_page_names_the_rules_and_their_sensitivity(session: Session, alice: Person) -> None:
    assert "default, normal sensitivity" in alice.client.get(f"/sessions/{session.id}/").text


def test_the_intervals_come_after_the_page(session: Session, alice: Person) -> None:
    make_event(session, 1, 3_000, "tab_hidden")
    make_event(session, 2, 4_000, "paste")
    make_event(session, 3, 5_000, "copy")
    address = reverse("proctoring:session-part", args=[session.id, "intervals"])
    assert f'hx-get="{address}" hx-trigger="load"' in alice.client.get(f"/sessions/{session.id}/").text

    part = alice.client.get(address)

    first, second = part.context["intervals"][:2]
    assert (first.start_ms, first.end_ms, first.points_milli, first.flagged) == (0, 5_000, 14_000, True)
    assert (second.start_ms, second.points_milli, second.flagged) == (5_000, 0, False)
    assert "1 of 5 intervals reached 10 points" in part.text
    assert part.context["scored_intervals"] == [first]
    assert "All 5 intervals, also those without points" in part.text
    assert 'hx-trigger="every 30s"' in part.text


def test_the_timeline_filter_of_an_address_is_kept(session: Session, flag: Flag, alice: Person) -> None:
    make_event(session, 1, 5_000, "paste")
    address = reverse("proctoring:session-part", args=[session.id, "timeline"])

    only_flags = alice.client.get(address, {"kind": "flags", "severity": "nonsense", "words": "face"}).text

    assert "No face seen" in only_flags
    assert "Pasted text" not in only_flags


def test_a_ticket_is_for_the_person_and_used_once(alice: Person) -> None:
    secret = alice.client.post(reverse("proctoring:console-ticket")).json()["ticket"]

    ticket = tickets.redeem(secret)

    assert ticket is not None
    assert replace(ticket, browser="", good_until_s=0.0) == Ticket(
        "member", str(alice.institution.id), str(alice.user.id), access_stamp=str(alice.user.access_stamp)
    )
    assert ticket.browser
    assert ticket.good_until_s == pytest.approx(time.time() + settings.SESSION_COOKIE_AGE, abs=60)
    assert tickets.redeem(secret) is None
    assert alice.client.get(reverse("proctoring:console-ticket")).status_code == 405
    cache.clear()


def test_a_verdict_is_given_on_the_flags_page(flag: Flag, bob: Person) -> None:
    page = bob.client.post(
        reverse("proctoring:verdict", args=[flag.id]),
        {"decision": "dismissed", "reason": "A pen."},
        follow=True,
    )

    assert page.redirect_chain == [(reverse("proctoring:flag", args=[flag.id]), 302)]
    assert "Your decision is saved." in page.text
    verdict = Verdict.objects.get(flag=flag)
    assert (verdict.decision, verdict.reason, verdict.decided_by) == ("dismissed", "A pen.", bob.user)


def test_a_verdict_in_the_dialog_refreshes_the_page_around_it(flag: Flag, bob: Person) -> None:
    piece = bob.client.post(
        reverse("proctoring:verdict", args=[flag.id]),
        {"decision": "confirmed", "reason": "Seen."},
        headers={"HX-Request": "true"},
    )

    assert piece.status_code == 200
    assert piece.headers["HX-Trigger"] == "session:flags, session:summary, session:timeline"
    assert "Your decision is saved." in piece.text
    assert "<html" not in piece.text


def test_a_verdict_without_a_reason_is_asked_for_one(flag: Flag, bob: Person) -> None:
    page = bob.client.post(
        reverse("proctoring:verdict", args=[flag.id]), {"decision": "confirmed", "reason": " "}
    )

    assert page.status_code == 422
    assert "Say in a few words why you decided so" in page.text
    assert 'value="confirmed" checked' in page.text
    assert not Verdict.objects.exists()


def test_flags_follow_each_other(session: Session, flag: Flag, alice: Person) -> None:
    later = make_flag(session, t_ms=30_000)

    page = alice.client.get(reverse("proctoring:flag", args=[flag.id]))

    assert "flag 1 of 2" in page.text
    assert f'id="flag-later" data-flag="{later.id}"' in page.text
    assert 'id="flag-earlier"' not in page.text


@pytest.mark.parametrize(
    ("name", "state"),
    [("proctoring:end", SessionState.SUBMITTED), ("proctoring:terminate", SessionState.TERMINATED)],
)
def test_ending_asks_first_and_then_does_it(
    session: Session, bob: Person, name: str, state: SessionState
) -> None:
    address = reverse(name, args=[session.id])

    assert "Dana Candidate" in bob.client.get(address).text
    session.refresh_from_db()
    assert session.state == SessionState.RUNNING

    page = bob.client.post(address, {"reason": "Fire alarm."}, follow=True)

    assert page.redirect_chain == [(reverse("proctoring:session", args=[session.id]), 302)]
    session.refresh_from_db()
    assert (session.state, session.end_reason) == (state, "Fire alarm.")
    entry = AuditEntry.objects.get(action=f"session.{state.value}")
    assert (entry.actor, entry.detail) == (f"user:{bob.user.id}", {"reason": "Fire alarm."})
    assert Job.objects.filter(kind="proctoring.finalise").count() == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [(" ", "Say why"), ("x" * 2001, "2001 characters"), ("a\x00b", "cannot be shown")],
)
def test_ending_without_a_usable_reason_is_refused(
    session: Session, alice: Person, reason: str, words: str
) -> None:
    page = alice.client.post(reverse("proctoring:terminate", args=[session.id]), {"reason": reason})

    assert page.status_code == 422
    assert words in page.text
    session.refresh_from_db()
    assert session.state == SessionState.RUNNING


def test_a_session_that_is_over_cannot_be_ended(session: Session, alice: Person) -> None:
    Session.objects.filter(id=session.id).update(state=SessionState.EXPIRED)

    page = alice.client.post(reverse("proctoring:end", args=[session.id]), {"reason": "Late."})

    assert page.status_code == 409
    assert "Time ran out" in page.text


def test_an_auditor_reads_and_changes_nothing(session: Session, flag: Flag, auditor: Client) -> None:
    page = auditor.get(reverse("proctoring:session", args=[session.id]))
    assert page.status_code == 200
    assert "Terminate" not in page.text
    assert "Save the decision" not in auditor.get(reverse("proctoring:flag", args=[flag.id])).text

    for name, target in (("verdict", flag.id), ("end", session.id), ("terminate", session.id)):
        refused = auditor.post(
            reverse(f"proctoring:{name}", args=[target]), {"decision": "confirmed", "reason": "x"}
        )
        assert refused.status_code == 403
        assert "Your role, auditor, may not" in refused.text
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_of_ours_exists_for_an_outsider(
    session: Session, flag: Flag, charlie: Person, method: str
) -> None:
    make_evidence(flag)
    exam_id = session.exam_id
    gets = [("wall", exam_id), ("wall-data", exam_id), ("session", session.id), ("risk-data", session.id)]
    gets += [("thumbnail", session.id), ("evidence", flag.id), ("flag", flag.id), ("end", session.id)]
    posts = [("verdict", flag.id), ("end", session.id), ("terminate", session.id)]

    for name, target in gets if method == "get" else posts:
        address = reverse(f"proctoring:{name}", args=[target])
        answer = getattr(charlie.client, method)(address, {"decision": "confirmed", "reason": "x"})
        assert answer.status_code == 404, name
    part = reverse("proctoring:session-part", args=[session.id, "flags"])
    assert charlie.client.get(part).status_code == 404


def test_a_visitor_is_asked_to_sign_in(session: Session, client: Client) -> None:
    answer = client.get(reverse("proctoring:session", args=[session.id]))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("accounts:login"))
