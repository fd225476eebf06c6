"""A report is provisional until every flag is reviewed and a person has decided; then it is final."""

import io
import json
from dataclasses import replace

import pytest
from django.core.files.storage import storages
from pypdf import PdfReader

from exams.models import Session
from proctoring.models import Flag
from proctoring.services.review import give_verdict
from proctoring.services.reviewing import decide_session, reopen_session
from reports import gather, services
from reports.models import Report
from reports.pdf import report_pdf
from reports.standing import Standing
from tests.conftest import Person
from tests.reports.contents import content, standing
from tests.reports.sittings import make_finished_sitting

pytestmark = pytest.mark.usefixtures("scope")


def words(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def stored(report: Report, kind: str) -> bytes:
    with storages["reports"].open(getattr(report, f"{kind}_key")) as file:
        data: bytes = file.read()
    return data


def judge(session: Session, person: Person, **by_rule: str) -> None:
    for rule, decision in by_rule.items():
        flag = Flag.objects.get(session=session, rule=rule)
        give_verdict(flag=flag, decision=decision, reason=f"About {rule}.", actor=person.user)


def test_no_final_report_with_unreviewed_flags(alice: Person) -> None:
    session = make_finished_sitting()
    nothing = services.make_report(session=session)
    judge(session, alice, NO_FACE="dismissed", TAB_HIDDEN="confirmed")
    reviewed = services.make_report(session=session)
    decide_session(session=session, outcome="PASS_WITH_REVIEW", reason="One tab.", actor=alice.user)
    final = services.make_report(session=session)
    reopen_session(session=session, reason="A witness.", actor=alice.user)
    again = services.make_report(session=session)

    reports = (nothing, reviewed, final, again)
    assert [(one.version, one.is_final, one.unreviewed_flags) for one in reports] == [
        (1, False, 2),
        (2, False, 0),
        (3, True, 0),
        (4, False, 0),
    ]
    assert "Provisional: 2 flags are unreviewed." in words(stored(nothing, "pdf"))
    assert "Provisional: nobody has decided on the sitting yet." in words(stored(reviewed, "pdf"))
    said = words(stored(final, "pdf"))
    assert "Provisional" not in said
    assert "Final: every flag is reviewed, and a person has decided." in said
    assert f"No objection, with remarks (PASS_WITH_REVIEW), decided by {alice.user} on" in said
    assert "One tab." in said
    assert "About NO_FACE." in said


def test_what_was_dismissed_is_no_finding_and_the_digest_stays_the_folds(alice: Person) -> None:
    session = make_finished_sitting()
    before = gather.content_of(session, 1)
    judge(session, alice, NO_FACE="dismissed", TAB_HIDDEN="technical")
    decide_session(session=session, outcome="PASS", reason="Nothing.", actor=alice.user)
    after = gather.content_of(session, 1)

    assert (after.summary, after.digests) == (before.summary, before.digests)
    assert after.standing is not None
    assert (after.standing.confirmed.total, after.standing.confirmed.integrity_score) == (0, 100)
    assert after.summary.integrity_score < 100
    text = words(report_pdf(after))
    assert "0 of 2 flags are confirmed" in text
    assert "The counts and scores below are those of the rules, before anybody looked." in text
    document = json.loads(stored(services.make_report(session=session), "json"))
    assert document["status"] == "final"
    assert document["confirmed"]["integrity_score"] == 100
    assert document["decision"]["decided_by"] == str(alice.user)
    assert document["summary"]["total_events"] == 2


def test_every_page_says_how_final_it_is() -> None:
    pages = PdfReader(io.BytesIO(report_pdf(content(standing=standing(unreviewed_flags=1))))).pages

    assert all("Provisional: 1 flag is unreviewed." in page.extract_text() for page in pages)


def test_a_replay_is_neither() -> None:
    text = words(report_pdf(content()))

    assert "Provisional" not in text
    assert "Final" not in text


def test_the_longest_reasons_are_printed_whole() -> None:
    text = words(report_pdf(content(standing=with_reason("word " * 399 + "end."), timeline=())))

    assert text.count("word ") == 399
    assert "end." in text


def test_somebody_elses_words_are_no_markup() -> None:
    assert "<b>&amp;</i>" in words(report_pdf(content(standing=with_reason("<b>&amp;</i>"))))


def with_reason(reason: str) -> Standing:
    said = standing()
    assert said.decision is not None
    return replace(said, decision=replace(said.decision, reason=reason))


def test_the_file_says_how_final_it_is_by_its_name(alice: Person) -> None:
    session = make_finished_sitting(title="Logic I")
    services.make_report(session=session)
    first = alice.client.get(f"/sessions/{session.id}/report.pdf")["Content-Disposition"]
    judge(session, alice, NO_FACE="dismissed", TAB_HIDDEN="technical")
    decide_session(session=session, outcome="PASS", reason="Nothing.", actor=alice.user)
    services.make_report(session=session)
    last = alice.client.get(f"/sessions/{session.id}/report.csv")["Content-Disposition"]

    assert first.endswith('-provisional-v1.pdf"')
    assert last.endswith('-final-v2.csv"')
