"""A row of every tenant model, as one institution owns them."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import ApiKey, MemberInvitation, Membership, PrivacyTerms, StoredAnswer, User
from accounts.tenancy import TenantModel
from analysis.risk.fold import initial_state
from analysis.risk.library import load_policy
from exams import invitations
from exams.models import Allowance, LegalHold, RiskPolicy, Session
from exams.notices import notice_for
from exams.services import give_consent
from jobs.models import Job
from privacy.models import PurgedThing, PurgeRun, SubjectRequest, Tombstone
from proctoring.models import (
    Baseline,
    Decision,
    EventTally,
    Evidence,
    FaceCheck,
    FaceOutcome,
    FaceTemplate,
    Flag,
    IdCard,
    Message,
    MessageSide,
    Observation,
    PastVerdict,
    PictureSignature,
    Piece,
    Recording,
    Review,
    RiskState,
    ScreenPicture,
    SessionKey,
    SignalState,
    Unusualness,
    Verdict,
    WaitingFile,
    Watching,
)
from proctoring.services import session_keys
from reports.models import Export, Report
from tests.factories import make_exam, make_running_session, make_session
from webhooks.models import Delivery, Endpoint, Event, Try

SHA256 = "0" * 64


@dataclass(frozen=True, slots=True)
class House:
    """What an institution owns in these tests: one session with everything that can hang on it."""

    session: Session
    waiting: Session
    token: str
    flag: Flag
    policy: RiskPolicy
    rows: tuple[TenantModel, ...]
    member_id: uuid.UUID
    delivery: Delivery

    @property
    def key_id(self) -> uuid.UUID:
        return next(row.id for row in self.rows if isinstance(row, ApiKey))


def furnish() -> House:
    """Make a row of every model of the institution in scope, except what its registration made."""
    exam = make_exam()
    session = make_running_session(exam)
    waiting = make_session(exam, name="Wanda Waiting")
    give_consent(session=waiting, notice=notice_for(exam))
    flag = Flag.objects.create(
        id=uuid.uuid4(),
        session=session,
        rule="away",
        label="Looked away",
        severity="warning",
        since_ms=1000,
        t_ms=2000,
        stream="video",
        seq=2,
    )
    token = invitations.token_of(waiting.invitations.get())
    assert token is not None
    policy = RiskPolicy.objects.create(name="ours", base="default", document={"name": "ours"}, sha256=SHA256)
    rows = (policy, *_hang(session, flag))
    member = Membership.objects.order_by("id").first()
    assert member is not None
    return House(
        session=session,
        waiting=waiting,
        token=token,
        flag=flag,
        policy=policy,
        rows=rows,
        member_id=member.user_id,
        delivery=_deliver(),
    )


def _deliver() -> Delivery:
    endpoint = Endpoint.objects.create(
        url="https://lms.example/hook", events=["flag.raised"], secret_key_id="none", secret_sealed=b"sealed"
    )
    event = Event.objects.create(type="flag.raised", data={"flag": "1"})
    delivery = Delivery.objects.create(endpoint=endpoint, event=event)
    Try.objects.create(delivery=delivery, number=1, words="Taken with status 200.", duration_ms=12)
    return delivery


def _hang(session: Session, flag: Flag) -> tuple[TenantModel, ...]:
    return (
        *_of_the_institution(session),
        *_purged(),
        *_seen_of_the_sitting(session),
        *_behind_the_flag(flag),
        *_kept_of_the_sitting(session),
    )


def _of_the_institution(session: Session) -> tuple[TenantModel, ...]:
    return (
        Allowance.objects.create(
            candidate=session.candidate,
            exam=session.exam,
            extra_minutes=5,
            reason="A letter.",
            batch=uuid.uuid4(),
        ),
        ApiKey.objects.create(name="integrator", prefix=uuid.uuid4().hex[:12], secret_sha256=SHA256),
        MemberInvitation.objects.create(
            email="dora@north.example", role="auditor", expires_at=timezone.now() + timedelta(days=1)
        ),
        PrivacyTerms.objects.create(contact="privacy@north.example"),
        LegalHold.objects.create(scope="session", subject_id=session.id, reason="A complaint."),
        StoredAnswer.objects.create(holder="user:none", key="none", request_sha256=SHA256),
        SubjectRequest.objects.create(
            kind="access",
            candidate=session.candidate,
            subject_id=session.candidate_id,
            words="A copy, please.",
        ),
        Tombstone.objects.create(
            subject_id=uuid.uuid4(), erased_at=timezone.now(), certificate_sha256=uuid.uuid4().hex
        ),
    )


def _purged() -> tuple[TenantModel, ...]:
    run = PurgeRun.objects.create(finished_at=timezone.now(), deleted_count=1, proof_sha256=SHA256)
    thing = PurgedThing.objects.create(run=run, data_class="chat", kind="message", thing_id="1", is_gone=True)
    return run, thing


def _seen_of_the_sitting(session: Session) -> tuple[TenantModel, ...]:
    policy = load_policy("default")
    risk = {
        "policy_name": policy.name,
        "policy": json.loads(policy.source),
        "policy_sha256": policy.sha256,
        "fold": initial_state(policy, str(session.id)).to_json(),
    }
    frame = {"stream": "video", "seq": 1, "t": 1000, "v": {"face_count": 1}}
    return (
        Baseline.objects.create(session=session, measurements={}),
        FaceCheck.objects.create(session=session, outcome=FaceOutcome.PASSED),
        FaceTemplate.objects.create(session=session, key_id="none", sealed=b"sealed"),
        IdCard.objects.create(session=session, card_key_id="none", card_sealed=b"sealed"),
        Observation.objects.create(session=session, stream="video", seq=1, t_ms=1000, record=frame),
        RiskState.objects.create(session=session, **risk),
        SignalState.objects.create(session=session),
        EventTally.objects.create(session=session),
        Message.objects.create(
            session=session, number=1, client_id=uuid.uuid4(), side=MessageSide.CANDIDATE, text="Hello?"
        ),
        PictureSignature.objects.create(session=session, seq=1, t_ms=1000, luma=bytes(384)),
        Unusualness.objects.create(session=session, score=0.5, above_share=0.5, model_sha256=SHA256),
    )


def _behind_the_flag(flag: Flag) -> tuple[TenantModel, ...]:
    return (
        Evidence.objects.create(
            flag=flag, storage_key="none.jpg", sha256=SHA256, seq=2, t_ms=2000, width_px=64, height_px=48
        ),
        ScreenPicture.objects.create(
            flag=flag, storage_key="none.jpg", sha256=SHA256, seq=2, t_ms=2000, width_px=64, height_px=48
        ),
        Verdict.objects.create(flag=flag, decision=Decision.CONFIRMED, reason="Seen twice."),
        PastVerdict.objects.create(
            flag=flag, decision=Decision.DISMISSED, reason="A pen.", decided_at=timezone.now()
        ),
    )


def _key_of(session: Session) -> SessionKey:
    """It is made with the first thing that it seals."""
    session_keys.seal_for(session.id, b"picture", name="none.jpg")
    return SessionKey.objects.get(session=session)


def _kept_of_the_sitting(session: Session) -> tuple[TenantModel, ...]:
    return (
        Piece.objects.create(
            session=session,
            source="webcam",
            seq=1,
            t_ms=0,
            duration_ms=10_000,
            size_bytes=3,
            sha256=SHA256,
            content_type="video/webm",
            storage_key="none.webm",
        ),
        Recording.objects.create(session=session, source="webcam"),
        _key_of(session),
        WaitingFile.objects.create(session=session, storage_key=uuid.uuid4().hex, content=b"sealed"),
        Review.objects.create(session=session),
        Watching.objects.create(
            person=_somebody(), exam=session.exam, session=session, channel=uuid.uuid4().hex
        ),
        Job.objects.create(kind="reports.render", payload={"session": str(session.id)}),
        Report.objects.create(
            session=session, version=1, pdf_key="none.pdf", csv_key="none.csv", json_key="none.json"
        ),
        Export.objects.create(exam=session.exam),
    )


def _somebody() -> User:
    return Membership.objects.select_related("user").order_by("id")[0].user
