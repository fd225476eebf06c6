"""The pages of the review: the queue, a sitting's moments, decisions with and without script."""

import uuid
from typing import Any

import pytest
from django.http import HttpResponse

from accounts import services as accounts
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.models import Flag, Review, ReviewState, RiskState, ScreenPicture, Verdict
from proctoring.services.review import give_verdict
from proctoring.services.reviewing import claim_review, decide_session
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam, make_running_session
from tests.proctoring.ended import make_ended, make_flag_at
from tests.proctoring.session_rows import make_evidence

pytestmark = pytest.mark.usefixtures("scope")

SCRIPT = {"HX-Request": "true"}


def text_of(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def page(person: Person, session: Session, **query: Any) -> str:
    answer = person.client.get(f"/sessions/{session.id}/review/", query)
    assert answer.status_code == 200
    return text_of(answer)


def post(person: Person, session: Session, what: str, *, script: bool = False, **sent: Any) -> HttpResponse:
    headers = SCRIPT if script else {}
    return person.client.post(f"/sessions/{session.id}/review/{what}/", sent, headers=headers)


def test_the_queue_lists_what_waits_and_says_why(alice: Person) -> None:
    exam = make_exam(title="Logic <I>")
    first, second = make_ended(exam, name="Ann"), make_ended(exam, name="Bea")
    make_flag_at(second, 10, severity="critical")
    make_flag_at(second, 60)
    claim_review(session=first, actor=alice.user)

    shown = text_of(alice.client.get("/review/"))

    assert shown.index("Bea") < shown.index("Ann")
    assert "A critical flag waits." in shown
    assert "0 of 2 sittings are decided. What is listed takes about 2 minutes." in shown
    assert "30 seconds for a moment are assumed" in shown
    assert "Logic &lt;I&gt;" in shown
    assert str(alice.user) in shown


def test_the_queue_is_filtered_and_unknown_filters_do_nothing(alice: Person) -> None:
    make_ended(name="Ann")
    decided = make_ended(name="Bea")
    decide_session(session=decided, outcome="PASS", reason="Nothing.", actor=alice.user)

    assert "Bea" in text_of(alice.client.get("/review/?state=decided"))
    assert "Nothing fits" in text_of(alice.client.get(f"/review/?exam={uuid.uuid4()}"))
    whole = text_of(alice.client.get("/review/?state=odd&exam=x&reviewer=%00&page=zzz"))
    assert "Ann" in whole
    assert "1 of 2 sittings are decided." in whole


def test_an_empty_queue_says_so(alice: Person) -> None:
    assert "Nothing to review yet" in text_of(alice.client.get("/review/"))
    decide_session(session=make_ended(), outcome="PASS", reason="Nothing.", actor=alice.user)
    assert "All done" in text_of(alice.client.get("/review/"))


def test_the_next_one_is_taken(alice: Person, bob: Person) -> None:
    session = make_ended()
    answer = bob.client.post("/review/next/")
    refused = alice.client.post("/review/next/")

    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.id}/review/")
    assert Review.objects.get().reviewer == bob.user
    assert refused.status_code == 409
    assert "No sitting waits that nobody else has." in text_of(refused)


def test_a_moment_shows_its_flags_pictures_and_rules(alice: Person) -> None:
    session = make_ended()
    first = make_flag_at(session, 10, confidence=91.0)
    make_flag_at(session, 12, rule="PASTE", label="Pasted <text>", explain="Text was pasted.")
    make_flag_at(session, 100, label="Much later")
    make_evidence(first)

    shown = page(alice, session)

    assert "Moment 1 of 2" in shown
    assert "No face was seen for 3 s." in shown
    assert "Text was pasted." in shown
    assert "Pasted &lt;text&gt;" in shown
    assert "confidence 91 of 100" in shown
    assert f"/evidence/{first.id}.jpg" in shown
    assert shown.count('name="flag"') == 2
    assert "Moment 2 of 2" in page(alice, session, moment=Flag.objects.get(label="Much later").id)
    assert "Moment 1 of 2" in page(alice, session, moment="nonsense")


def test_a_moment_shows_the_screen_and_the_video(alice: Person) -> None:
    session = make_ended(make_exam(recording="full"))
    flag = make_flag_at(session, 10)
    ScreenPicture.objects.create(
        flag=flag, storage_key="none.jpg", sha256="0" * 64, seq=3, t_ms=11_000, width_px=1280, height_px=720
    )

    shown = page(alice, session)

    assert f"/evidence/{flag.id}/screen.jpg" in shown
    assert "The screen of Dana Candidate at 0:11" in shown
    assert "No picture was kept" not in shown
    assert "There is no video of this moment." in shown


def test_one_decision_for_the_moment_and_on_to_the_next(alice: Person) -> None:
    session = make_ended()
    one, two = make_flag_at(session, 10), make_flag_at(session, 12)
    later = make_flag_at(session, 100, label="Much later")

    answer = post(
        alice,
        session,
        "verdicts",
        script=True,
        flag=[one.id, two.id],
        moment=one.id,
        decision="dismissed",
        reason="A pen.",
    )

    assert answer.status_code == 200
    assert answer["HX-Replace-Url"] == f"/sessions/{session.id}/review/"
    shown = text_of(answer)
    assert shown.startswith('<div id="review-body"')
    assert "Saved for 2 flags: Dismissed." in shown
    assert "Moment 2 of 2" in shown
    assert "1 of 2 moments decided" in shown
    assert set(Verdict.objects.values_list("flag_id", flat=True)) == {one.id, two.id}
    assert not Verdict.objects.filter(flag=later).exists()


def test_without_script_it_is_a_form_and_a_redirect(alice: Person) -> None:
    session = make_ended()
    one, two = make_flag_at(session, 10), make_flag_at(session, 12)

    answer = post(alice, session, "verdicts", flag=[two.id], decision="technical", reason="Dark.")

    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.id}/review/")
    assert [verdict.flag_id for verdict in Verdict.objects.all()] == [two.id]
    shown = page(alice, session)
    assert "Saved for 1 flag: Technical trouble." in shown
    assert f'value="{one.id}" id="take-{one.id}" checked' in shown
    assert f'value="{two.id}" id="take-{two.id}">' in shown


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"decision": "confirmed", "reason": " "}, "Say in a few words why you decided so"),
        ({"decision": "guilty", "reason": "Because."}, "Choose a decision from the list."),
        ({"decision": "confirmed", "reason": "x" * 2001}, "2000 are allowed"),
    ],
)
def test_a_refusal_comes_with_what_was_typed(alice: Person, sent: dict[str, str], words: str) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)

    answer = post(alice, session, "verdicts", script=True, flag=flag.id, moment=flag.id, **sent)

    assert answer.status_code == 409
    shown = text_of(answer)
    assert words in shown
    assert 'aria-invalid="true"' in shown
    assert sent["reason"].strip()[:50] in shown
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("flags", [[], ["nonsense"], [str(uuid.uuid4())]])
def test_flags_that_are_not_there_are_refused(alice: Person, flags: list[str]) -> None:
    session = make_ended()
    make_flag_at(session, 10)

    answer = post(alice, session, "verdicts", flag=flags, decision="confirmed", reason="Clear.")

    assert answer.status_code == 409
    assert not Verdict.objects.exists()


def test_somebody_elses_sitting_is_taken_over_first(alice: Person, bob: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    claim_review(session=session, actor=bob.user)

    shown = page(alice, session)
    refused = post(alice, session, "verdicts", flag=flag.id, decision="confirmed", reason="Clear.")
    assert 'id="verdict-form"' in shown
    assert 'name="decision"' not in shown
    assert f"{bob.user} has had this sitting since" in shown
    assert refused.status_code == 409
    assert f"{bob.user} has this sitting in review." in text_of(refused)

    assert post(alice, session, "claim").status_code == 409
    assert post(alice, session, "claim", take_over="1").status_code == 302
    assert Review.objects.get().reviewer == alice.user
    assert post(alice, session, "release")["Location"] == "/review/"
    assert Review.objects.get().reviewer is None


def test_the_last_decision_is_undone_and_shown(alice: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)

    answer = post(alice, session, "undo", script=True)

    assert not Verdict.objects.exists()
    shown = text_of(answer)
    assert "Your last decision is taken back." in shown
    assert "1 earlier decision" in shown
    assert f"Taken back by {alice.user}" in shown
    assert post(alice, session, "undo", script=True).status_code == 409


def test_a_rules_flags_become_technical_after_a_confirmation(alice: Person) -> None:
    session = make_ended()
    for at_s in (10, 100, 200):
        make_flag_at(session, at_s)

    assert "All 3 flags “No face seen” were technical trouble" in page(alice, session)
    asked = text_of(alice.client.get(f"/sessions/{session.id}/review/rule/?rule=NO_FACE"))
    assert "3 flags “No face seen” that nobody has decided on become technical trouble" in asked
    unsaid = post(alice, session, "rule", rule="NO_FACE", reason="")
    assert (unsaid.status_code, Verdict.objects.count()) == (422, 0)

    assert post(alice, session, "rule", rule="NO_FACE", reason="The lamp broke.").status_code == 302
    assert set(Verdict.objects.values_list("decision", "reason")) == {("technical", "The lamp broke.")}
    assert "3 flags are technical now." in page(alice, session)
    gone = text_of(alice.client.get(f"/sessions/{session.id}/review/rule/?rule=NO_FACE"))
    assert "No flags of this rule wait any more." in gone
    assert post(alice, session, "rule", rule="NO_FACE", reason="Again.").status_code == 409


def test_a_sitting_is_decided_and_opened_again(alice: Person) -> None:
    session, other = make_ended(), make_ended(name="Next One")
    make_flag_at(other, 10)

    assert "No flag is confirmed." in page(alice, session)
    refused = post(alice, session, "decide", script=True, recommendation="PASS", reason="")
    assert refused.status_code == 409
    assert "outcome-reason-error" in text_of(refused)
    decided = post(alice, session, "decide", script=True, recommendation="PASS", reason="Nothing.")

    shown = text_of(decided)
    assert "The sitting is decided." in shown
    assert f"Decided by {alice.user}" in shown
    assert "Next: Next One" in shown
    assert 'name="decision"' not in shown
    assert Review.objects.get(session=session).state == ReviewState.DECIDED

    assert "Open this decision again?" in text_of(alice.client.get(f"/sessions/{session.id}/review/reopen/"))
    assert post(alice, session, "reopen", reason=" ").status_code == 422
    assert post(alice, session, "reopen", reason="A witness wrote.").status_code == 302
    assert Review.objects.get(session=session).state == ReviewState.IN_REVIEW
    assert AuditEntry.objects.filter(action="session.reopened").count() == 1


def test_no_decision_is_offered_while_flags_wait(alice: Person) -> None:
    session = make_ended()
    make_flag_at(session, 10)

    assert "Decide on this sitting" not in page(alice, session)
    refused = post(alice, session, "decide", recommendation="PASS", reason="Nothing.")
    assert refused.status_code == 409
    assert "1 flag is not decided on." in text_of(refused)


def test_a_sitting_without_a_result_or_under_way_says_so(alice: Person) -> None:
    runs, counted = make_running_session(), make_ended(name="Counted")
    RiskState.objects.filter(session=counted).update(final=None)

    assert "This sitting is under way." in page(alice, runs)
    assert "The final result is being computed" in page(alice, counted)


def test_an_auditor_reads_and_changes_nothing(alice: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    with tenant_scope(alice.institution.id):
        accounts.add_member(email="aud@north.example", password=PASSWORD, role=Role.AUDITOR)
    alice.client.post("/logout/")
    client = alice.client
    client.post("/login/", {"email": "aud@north.example", "password": PASSWORD})

    shown = text_of(client.get(f"/sessions/{session.id}/review/"))
    refused = client.post(f"/sessions/{session.id}/review/verdicts/", {"flag": flag.id})

    assert "Moment 1 of 1" in shown
    assert 'name="decision"' not in shown
    assert "Take it" not in shown
    assert client.get("/review/").status_code == 200
    assert refused.status_code == 403
