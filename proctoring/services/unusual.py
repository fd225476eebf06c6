"""What an institution's finished sittings taught, kept as one hashed JSON file, and what it says of each.

It orders lists for people who review; no point, flag or recommendation comes from it.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from accounts.tenancy import current_institution_id
from analysis.anomaly.model import Anomaly, AnomalyError, AnomalyModel, Sitting, judge, sitting, train
from analysis.risk.log import Record, parse_record
from exams.models import Session
from exams.states import ENDED
from proctoring.models import Observation, Unusualness


def train_anomaly() -> AnomalyModel:
    """Learn anew from every finished sitting of the institution in scope, keep it, and judge them all by it.

    Raises:
        AnomalyError: the sittings are too few.
        LearnerMissing: scikit-learn is not installed.
    """
    finished = [(session, _sitting_of(session)) for session in _finished_sessions()]
    model = train([one for _, one in finished])
    name = _file_name(current_institution_id())
    storage = storages["default"]
    if storage.exists(name):
        storage.delete(name)
    storage.save(name, ContentFile(json.dumps(model.to_json()).encode()))
    sha256 = model.sha256
    with transaction.atomic():
        Unusualness.objects.all().delete()
        for session, one in finished:
            _keep(session, judge(model, one), sha256)
    return model


def stored_anomaly_model() -> AnomalyModel | None:
    """That of the institution in scope; a damaged one is none."""
    try:
        with storages["default"].open(_file_name(current_institution_id())) as file:
            return AnomalyModel.from_json(json.loads(file.read()))
    except (FileNotFoundError, AnomalyError, ValueError):
        return None


def judge_unusualness(*, session: Session, records: Sequence[Record]) -> Unusualness | None:
    """Say how unlike the others a finished sitting was; None without a model, or for a sitting too short."""
    model = stored_anomaly_model()
    if model is None or session.ended_at is None:
        return None
    with transaction.atomic():
        Unusualness.objects.filter(session=session).delete()
        return _keep(session, judge(model, _sitting(session, records)), model.sha256)


def _keep(session: Session, found: Anomaly | None, sha256: str) -> Unusualness | None:
    if found is None:
        return None
    return Unusualness.objects.create(
        session=session,
        score=found.score,
        above_share=found.above_share,
        reasons=[asdict(reason) for reason in found.reasons],
        model_sha256=sha256,
    )


def _finished_sessions() -> Iterable[Session]:
    return Session.objects.filter(state__in=ENDED, started_at__isnull=False, ended_at__isnull=False)


def _sitting_of(session: Session) -> Sitting:
    rows = Observation.objects.filter(session=session).values_list("record", flat=True)
    return _sitting(session, [parse_record(row) for row in rows.iterator()])


def _sitting(session: Session, records: Sequence[Record]) -> Sitting:
    duration_ms = session.elapsed_ms(session.ended_at) if session.ended_at else None
    return sitting(records, max(0, duration_ms or 0), str(session.exam_id))


def _file_name(institution_id: uuid.UUID) -> str:
    return f"anomaly/{institution_id}.json"
