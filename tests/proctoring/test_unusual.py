"""Training on an institution's sittings, what the command tells, the wall's order and the session page."""

import json
import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.tenancy import tenant_scope
from exams.models import Exam, Session
from exams.states import SessionState
from proctoring.models import Flag, Observation, RiskState, Unusualness
from proctoring.services import finalise
from proctoring.services.unusual import stored_anomaly_model, train_anomaly
from tests.conftest import Person
from tests.factories import make_exam, make_running_session
from tests.proctoring.session_rows import make_risk

pytest.importorskip("sklearn.ensemble", reason="scikit-learn is not installed")
pytestmark = pytest.mark.django_db

MINUTES = 15
EVERY_S = 10


@pytest.fixture(autouse=True)
def no_model_stays(alice: Person) -> None:
    storages["default"].delete(f"anomaly/{alice.institution.id}.json")


def watched(exam: Exam, number: int, *, away: float = 0.03, minutes: int = MINUTES) -> Session:
    """A submitted sitting with a picture every ten seconds, turned away in so many of them."""
    session = make_running_session(exam, name=f"Candidate {number:02}")
    make_risk(session)
    chance = random.Random(number)
    rows = []
    for seq in range(1, minutes * 60 // EVERY_S + 1):
        turned = chance.random() < away
        values = {"face_count": 1, "looking_away": turned, "yaw": round(chance.gauss(40 * turned, 4), 1)}
        t_ms = (seq - 1) * EVERY_S * 1000
        record = {"stream": "video", "seq": seq, "t": t_ms, "v": values}
        rows.append(Observation(session=session, stream="video", seq=seq, t_ms=t_ms, record=record))
    Observation.objects.bulk_create(rows)
    started_at = timezone.now() - timedelta(hours=1)
    Session.objects.filter(id=session.id).update(
        state=SessionState.SUBMITTED, started_at=started_at, ended_at=started_at + timedelta(minutes=minutes)
    )
    session.refresh_from_db()
    return session


def hall(exam: Exam) -> Session:
    """Twenty-one sittings; the one returned was turned away most of the time."""
    for number in range(20):
        watched(exam, number)
    return watched(exam, 20, away=0.6)


def told(*words: str) -> str:
    out = StringIO()
    call_command("anomaly", *words, stdout=out)
    return out.getvalue()


def test_too_few_sittings_are_said_in_words(alice: Person, scope: None) -> None:
    watched(make_exam(), 1)
    assert told("train") == (
        "North: not trained (1 sessions with 3 blocks of five minutes; at least 20 sessions with 60 blocks "
        "are needed)\n"
    )
    assert told("show") == "North: not trained\n"


def test_an_unknown_institution_is_said_in_words(alice: Person) -> None:
    with pytest.raises(CommandError, match="there is no institution 'nowhere'"):
        told("train", "--institution", "nowhere")


def test_the_odd_sitting_comes_first_and_says_why_here_alone(alice: Person, charlie: Person) -> None:
    with tenant_scope(alice.institution.id):
        odd = hall(make_exam(title="Logic I"))
    assert told("train", "--institution", alice.institution.slug).startswith(
        "North: trained on 21 sessions, 63 blocks, sha256 "
    )
    with tenant_scope(alice.institution.id):
        first = Unusualness.objects.order_by("-score")[0]
        assert (first.session_id, first.above_share) == (odd.id, 20 / 21)
        assert Unusualness.objects.count() == 21
        model = stored_anomaly_model()
        assert model is not None
        assert first.model_sha256 == model.sha256
    lines = told("show").splitlines()
    assert lines[0].startswith("North: trained on 21 sessions, 63 blocks, sha256 ")
    assert lines[1].endswith(" Logic I, Candidate 20: more unusual than 95%")
    assert lines[2].startswith("        ")
    assert lines[-1] == "South: not trained"
    with tenant_scope(charlie.institution.id):
        assert stored_anomaly_model() is None
        assert Unusualness.objects.count() == 0


def test_a_sitting_that_ends_later_is_judged_and_gets_no_points_for_it(scope: None) -> None:
    exam = make_exam()
    for number in range(20):
        watched(exam, number)
    later = watched(exam, 30, away=0.6)
    before = finalise(session_id=later.id)
    assert not Unusualness.objects.exists()
    flags = set(Flag.objects.values_list("id", flat=True))
    train_anomaly()

    after = finalise(session_id=later.id)
    finalise(session_id=later.id)

    assert (after.final_digest, after.score_milli) == (before.final_digest, before.score_milli)
    assert set(Flag.objects.values_list("id", flat=True)) == flags
    row = Unusualness.objects.get(session=later)
    assert row.above_share == 20 / 21
    assert RiskState.objects.get(session=later).score_milli == before.score_milli


def test_a_short_sitting_is_not_judged(scope: None) -> None:
    hall(make_exam())
    train_anomaly()
    short = watched(make_exam(title="Short"), 40, minutes=1)
    finalise(session_id=short.id)
    assert not Unusualness.objects.filter(session=short).exists()


def test_a_changed_file_is_no_model(alice: Person, scope: None) -> None:
    hall(make_exam())
    train_anomaly()
    name = f"anomaly/{alice.institution.id}.json"
    with storages["default"].open(name) as file:
        content = json.loads(file.read())
    storages["default"].delete(name)
    storages["default"].save(name, ContentFile(json.dumps({**content, "blocks": 1}).encode()))
    assert stored_anomaly_model() is None


def test_the_wall_and_the_session_page_tell(alice: Person, bob: Person, charlie: Person, scope: None) -> None:
    odd = hall(make_exam())
    page = reverse("proctoring:session", args=[odd.id])
    assert "Compared with others" not in bob.client.get(page).text
    train_anomaly()

    rows = alice.client.get(reverse("proctoring:wall-data", args=[odd.exam_id])).json()["sessions"]
    assert max(rows, key=lambda row: row["unusual"])["id"] == str(odd.id)
    text = bob.client.get(page).text
    assert "More unusual than 95" in text
    assert "it adds no points" in text
    assert "Head turned away: " in text
    assert charlie.client.get(page).status_code == 404
