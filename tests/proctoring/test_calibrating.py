"""Verdicts become a confidence: the command, what a sitting's flags then say, and the page before that."""

import random
from io import StringIO

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.urls import reverse

from accounts.tenancy import tenant_scope
from analysis.confidence import Calibration
from exams.models import Session
from proctoring.models import Decision, Flag, RiskState, Verdict
from proctoring.services.calibrating import calibrate, stored_calibration
from tests.conftest import Person
from tests.factories import make_exam, make_running_session
from tests.proctoring.session_rows import make_flag, make_risk
from tests.reports.sittings import add_record, make_finished_sitting

pytestmark = pytest.mark.django_db


def judged_sitting(verdicts: int) -> Session:
    """Absences of one to ten seconds; the long ones in clear pictures are mostly confirmed."""
    session = make_running_session(make_exam())
    make_risk(session)
    chance, seq = random.Random(3), 0
    for number in range(verdicts):
        start_s, seconds, quality = number * 20, chance.randint(1, 10), chance.choice([0.3, 0.9])
        for second in range(seconds + 1):
            seq += 1
            values = {"face_count": 0, "quality": quality}
            add_record(session, "video", seq, (start_s + second) * 1000, v=values)
        flag = make_flag(session, since_ms=start_s * 1000, end_ms=(start_s + seconds) * 1000)
        right = chance.random() < (0.85 if seconds > 5 and quality > 0.5 else 0.25)
        decision = Decision.CONFIRMED if right else Decision.DISMISSED
        Verdict.objects.create(flag=flag, decision=decision, reason="Looked at it.")
    return session


def told() -> str:
    out = StringIO()
    call_command("calibrate", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def no_calibration_stays(alice: Person) -> None:
    storages["default"].delete(f"calibration/{alice.institution.id}.json")


def test_too_few_verdicts_are_said_in_words(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        judged_sitting(12)
    assert told().startswith("North: uncalibrated (12 verdicts, ")
    with tenant_scope(alice.institution.id):
        assert stored_calibration() is None


def test_verdicts_become_a_calibration_of_this_institution_alone(alice: Person, charlie: Person) -> None:
    with tenant_scope(alice.institution.id):
        judged_sitting(80)
    lines = told().splitlines()
    assert lines[0].startswith("North: calibrated on 80 verdicts, ")
    assert "(logistic)" in lines[0]
    assert "on verdicts left out Brier 0." in lines[0]
    assert lines[1].startswith("North:   NO_FACE on 80 verdicts, ")
    assert lines[2].startswith("South: uncalibrated (0 verdicts, ")
    with tenant_scope(alice.institution.id):
        made = stored_calibration()
        assert made is not None
        assert made == calibrate()
        assert (made.whole.evidence_weight > 0, made.whole.duration_weight > 0) == (True, True)
        assert set(made.rules) == {"NO_FACE"}
    with tenant_scope(charlie.institution.id):
        assert stored_calibration() is None


def test_technical_verdicts_and_rules_without_evidence_teach_nothing(scope: None) -> None:
    session = judged_sitting(60)
    Verdict.objects.all().update(decision=Decision.TECHNICAL)
    assert "uncalibrated (0 verdicts" in told()
    Verdict.objects.all().update(decision=Decision.CONFIRMED)
    Flag.objects.filter(session=session).update(rule="TAB_HIDDEN")
    assert "uncalibrated (0 verdicts" in told()


def test_a_damaged_file_is_no_calibration(scope: None, alice: Person) -> None:
    judged_sitting(80)
    calibrate()
    name = f"calibration/{alice.institution.id}.json"
    with storages["default"].open(name, "wb") as file:
        file.write(b'{"intercept": 99}')
    assert stored_calibration() is None


def test_a_sitting_that_ends_gets_its_confidence_and_keeps_its_digest(scope: None, alice: Person) -> None:
    before = make_finished_sitting(name="Before")
    flag = Flag.objects.get(session=before, rule="NO_FACE")
    assert flag.confidence is None
    assert "Uncalibrated" in alice.client.get(reverse("proctoring:flag", args=[flag.id])).text

    judged_sitting(80)
    calibrate()
    after = make_finished_sitting(name="After")
    nobody = Flag.objects.get(session=after, rule="NO_FACE")
    assert nobody.confidence is not None
    assert 0 <= nobody.confidence <= 100
    assert Flag.objects.get(session=after, rule="TAB_HIDDEN").confidence is None
    page = alice.client.get(reverse("proctoring:flag", args=[nobody.id])).text
    assert f"{nobody.confidence:.0f} of 100" in page
    final = RiskState.objects.get(session=after).final
    assert final is not None
    assert [one["confidence"] for one in final["flags"]] == [None, None]
    assert isinstance(stored_calibration(), Calibration)
