"""The final result: the whole log once more through the fold, compared with what was flagged live."""

import uuid

from django.db import transaction

from analysis.risk.log import parse_record
from analysis.risk.policy import Policy
from analysis.risk.result import Result, replay
from exams.models import Session
from jobs import services as jobs
from proctoring.models import Flag, Observation, RiskState
from proctoring.services import evidence
from proctoring.services.calibrating import set_confidences
from proctoring.services.folding import flag_row
from proctoring.services.reviewing import lock_decision, reopen_for_new_flags
from proctoring.services.risk import lock_risk, policy_of
from proctoring.services.unusual import judge_unusualness
from webhooks import outbox


@transaction.atomic
def finalise(*, session_id: uuid.UUID | str) -> RiskState:
    """Store the final result and order the report; however often this runs, a log gives one result."""
    risk = lock_risk(session_id)
    review = lock_decision(session_id)
    session = Session.objects.select_related("exam").get(id=session_id)
    policy = policy_of(risk)
    end_ms = session.elapsed_ms(session.ended_at) if session.ended_at else None
    stored = Observation.objects.filter(session=session)
    records = [parse_record(record) for record in stored.values_list("record", flat=True).iterator()]
    result = replay(records, policy, str(session.id), end_ms or 0)
    changed = _changed(risk, result, session)
    _match_flags(result, policy, session)
    set_confidences(session=session, policy=policy, records=records)
    judge_unusualness(session=session, records=records)
    risk.changed_after_late_data |= changed and stored.filter(is_late=True).exists()
    risk.final, risk.final_digest = result.to_json(), result.digest
    risk.score_milli, risk.integrity_milli = result.score_milli, result.report.integrity_milli
    risk.save()
    if review is not None:
        reopen_for_new_flags(review=review)
    jobs.enqueue("reports.render", session=str(session.id))
    return risk


def _changed(risk: RiskState, result: Result, session: Session) -> bool:
    """Whether the final word differs from what was said before: live, or by an earlier replay."""
    if risk.final_digest:
        return risk.final_digest != result.digest
    known = {str(flag_id) for flag_id in Flag.objects.filter(session=session).values_list("id", flat=True)}
    return known != {flag.id for flag in result.flags} or risk.score_milli != result.score_milli


def _match_flags(result: Result, policy: Policy, session: Session) -> None:
    """Flags that only the replay knows are added; those that it does not know stay, and are marked."""
    known = {str(flag.id): flag for flag in Flag.objects.filter(session=session)}
    spans = {flag_id: episode for episode in result.episodes for flag_id in episode.flags}
    for raised in result.flags:
        flag = known.pop(raised.id, None) or flag_row(raised, policy, session)
        if flag._state.adding:
            outbox.publish("flag.raised", flag=raised.id, session=str(session.id), rule=flag.rule)
            # A picture that came late waits in memory for this.
            evidence.want(flag_id=raised.id, stream=raised.evidence_stream, seq=raised.evidence_seq)
        episode = spans.get(raised.id)
        if episode is not None:
            flag.start_ms, flag.end_ms = episode.start_ms, episode.end_ms
        flag.score_milli, flag.delta_milli = raised.score_milli, raised.delta_milli
        flag.is_open, flag.in_final = False, True
        flag.save()
    Flag.objects.filter(id__in=known).update(in_final=False, is_open=False)
