"""The confidence of flags: fitted on an institution's own verdicts, kept as one JSON file with its hash."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from accounts.tenancy import current_institution_id
from analysis.changepoint import Detector
from analysis.confidence import (
    Calibration,
    CalibrationError,
    Features,
    Judged,
    confidence,
    features_of,
    fit,
)
from analysis.risk.log import Record, parse_record
from analysis.risk.policy import Policy, parse_policy
from exams.models import Session
from proctoring.models import Decision, Flag, Observation, RiskState

JUDGED = (Decision.CONFIRMED, Decision.DISMISSED)


def calibrate() -> Calibration:
    """Fit anew on every verdict of the institution in scope, and keep it.

    Raises:
        CalibrationError: the verdicts are too few.
        LearnerMissing: they are so many that scikit-learn is needed, which is not installed.
    """
    calibration = fit(_judged())
    name = _file_name(current_institution_id())
    storage = storages["default"]
    if storage.exists(name):
        storage.delete(name)
    storage.save(name, ContentFile(json.dumps(calibration.to_json(), indent=2).encode()))
    return calibration


def stored_calibration() -> Calibration | None:
    """That of the institution in scope; a damaged one is none."""
    try:
        with storages["default"].open(_file_name(current_institution_id())) as file:
            return Calibration.from_json(json.loads(file.read()))
    except (FileNotFoundError, CalibrationError, ValueError):
        return None


def set_confidences(*, session: Session, policy: Policy, records: Sequence[Record]) -> int:
    """Give every flag that rests on evidence its confidence; how many there were. None without a fit."""
    calibration = stored_calibration()
    if calibration is None:
        return 0
    found = 0
    for flag in Flag.objects.filter(session=session):
        known = _features(flag, policy, records)
        if known is not None:
            flag.confidence = confidence(calibration, flag.rule, known)
            flag.save(update_fields=["confidence"])
            found += 1
    return found


def _judged() -> Iterator[Judged]:
    by_session: dict[uuid.UUID, list[Flag]] = defaultdict(list)
    for flag in Flag.objects.filter(verdict__decision__in=JUDGED).select_related("verdict"):
        by_session[flag.session_id].append(flag)
    for session_id, flags in by_session.items():
        risk = RiskState.objects.get(session_id=session_id)
        policy = parse_policy(risk.policy)
        rows = Observation.objects.filter(session_id=session_id).values_list("record", flat=True)
        records = [parse_record(row) for row in rows.iterator()]
        for flag in flags:
            known = _features(flag, policy, records)
            if known is not None:
                yield Judged(known, flag.verdict.decision == Decision.CONFIRMED, flag.rule)


def _features(flag: Flag, policy: Policy, records: Sequence[Record]) -> Features | None:
    detector = _detector(flag.rule, policy)
    if detector is None:
        return None
    return features_of(records, detector, flag.since_ms, flag.end_ms or flag.t_ms)


def _detector(rule_id: str, policy: Policy) -> Detector | None:
    needs = next((rule.needs for rule in policy.rules if rule.id == rule_id), None)
    return next((detector for detector in policy.detect if detector.name == needs), None)


def _file_name(institution_id: uuid.UUID) -> str:
    return f"calibration/{institution_id}.json"
