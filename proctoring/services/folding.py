"""From stored records to flags: releases what may be folded, advances the fold, opens and closes flags.

The caller holds the lock of the risk row.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction

from analysis.observations import Scalar
from analysis.risk import live as release_rules
from analysis.risk.flags import Episode
from analysis.risk.flags import Flag as RaisedFlag
from analysis.risk.fold import Step, advance, finish
from analysis.risk.log import Record, parse_record
from analysis.risk.policy import Policy, Rule
from analysis.risk.result import report_of, score_milli
from analysis.risk.state import RiskState as FoldState
from exams.models import Session
from proctoring import figures, hints
from proctoring.explaining import TURNED, explained
from proctoring.models import Flag, Observation, RiskState
from proctoring.recording_told import ask_for_capture
from proctoring.services import alerting, evidence
from proctoring.services.risk import policy_of
from webhooks import outbox

EVERYTHING_MS = 2**53
# More than any two seconds hold: a clock that stands still must not keep everything waiting.
MOST_WAITING = 300
UNRELEASED = {"is_released": False, "is_late": False}


@dataclass(slots=True)
class Folded:
    """What one turn of the fold did to a session's flags."""

    opened: list[RaisedFlag] = field(default_factory=list)
    closed: list[Episode] = field(default_factory=list)


def fold_ready(*, risk: RiskState, session: Session, changed: Sequence[str] = ()) -> Folded:
    """Fold what the watermark has passed; the rest waits for its elders.

    `changed` names what the caller has changed in the row beside: it is written together with the fold.
    """
    up_to_ms = release_rules.watermark_ms(risk.last_t_ms)
    return _fold(risk, session, up_to_ms, end_ms=None, changed=changed)


def fold_to_the_end(*, risk: RiskState, session: Session, end_ms: int) -> Folded:
    """Fold everything that is there, and close every episode at the session's end."""
    return _fold(risk, session, EVERYTHING_MS, end_ms=end_ms)


def flag_row(flag: RaisedFlag, policy: Policy, session: Session) -> Flag:
    rule = policy.rule(flag.rule)
    return Flag(
        id=uuid.UUID(flag.id),
        session=session,
        rule=rule.id,
        label=rule.label[:200],
        explain=explained(rule, _shown(flag, rule, session))[:500],
        severity=flag.severity,
        since_ms=flag.since_ms,
        t_ms=flag.t_ms,
        stream=flag.stream,
        seq=flag.seq,
        delta_milli=flag.delta_milli,
        score_milli=flag.score_milli,
        confidence=flag.confidence,
        start_ms=flag.since_ms,
        end_ms=None if flag.lasting else flag.t_ms,
        is_open=flag.lasting,
    )


def _shown(flag: RaisedFlag, rule: Rule, session: Session) -> Mapping[str, Scalar]:
    """What the picture told with which the flag was raised; only looked up where its words depend on it."""
    if flag.evidence_stream != "video" or not rule.signals & TURNED:
        return {}
    row = Observation.objects.filter(session=session, stream="video", seq=flag.evidence_seq).first()
    values: Mapping[str, Scalar] = row.record.get("v") or {} if row else {}
    return values


def has_open_flag(session: Session) -> bool:
    return Flag.objects.filter(session=session, is_open=True).exists()


def _fold(
    risk: RiskState,
    session: Session,
    up_to_ms: int,
    *,
    end_ms: int | None,
    changed: Sequence[str] = (),
) -> Folded:
    policy = policy_of(risk)
    before = FoldState.from_json(risk.fold)
    waiting = {
        (row.stream, row.seq): row for row in Observation.objects.filter(session=session, **UNRELEASED)
    }
    if len(waiting) > MOST_WAITING:
        up_to_ms = EVERYTHING_MS
    released = release_rules.release(
        (parse_record(row.record) for row in waiting.values()), up_to_ms, before, policy
    )
    folded, state = _advance(before, policy, released.ready, waiting)
    for record in released.late:
        waiting[record.stream, record.seq].is_late = True
    for record in (*released.ready, *released.late):
        waiting[record.stream, record.seq].save(update_fields=["is_released", "is_late", "score_milli"])
    if end_ms is not None:
        last = finish(state, policy, end_ms)
        _note(folded, last)
        state = last.state
    # The state is long: it is written only where something was folded.
    told = _tell(risk, state, policy) if state is not before else []
    if told or changed:
        risk.save(update_fields=[*changed, *told])
    _apply(folded, state, policy, session)
    if any(raised.severity == alerting.CRITICAL for raised in folded.opened):
        alerting.order_alert(risk=risk, session=session)
    return folded


def _advance(
    state: FoldState,
    policy: Policy,
    ready: tuple[Record, ...],
    rows: dict[tuple[str, int], Observation],
) -> tuple[Folded, FoldState]:
    folded = Folded()
    for record in ready:
        step = advance(state, record, policy)
        state = step.state
        row = rows[record.stream, record.seq]
        row.is_released, row.score_milli = True, step.score_milli
        _note(folded, step)
    return folded, state


def _note(folded: Folded, step: Step) -> None:
    folded.opened.extend(step.opened)
    folded.closed.extend(step.closed)


def _tell(risk: RiskState, state: FoldState, policy: Policy) -> list[str]:
    """Puts the state and its scores into the row; returns the names of the fields."""
    risk.fold = state.to_json()
    risk.score_milli = score_milli(state, policy)
    risk.integrity_milli = report_of(state, policy).integrity_milli
    return ["fold", "score_milli", "integrity_milli"]


def _apply(folded: Folded, state: FoldState, policy: Policy, session: Session) -> None:
    for raised in folded.opened:
        _open(raised, policy, session)
    for episode in folded.closed:
        _close(episode, session)
    for rule in policy.rules:
        lasting = state.rules[rule.id].episode
        # What began with an event shows itself in that event alone; what is seen may yet be clearer.
        if rule.until or lasting is None:
            continue
        if lasting.confirmed and lasting.worst is not None:
            evidence.want(flag_id=lasting.flags[-1], stream=lasting.worst.stream, seq=lasting.worst.seq)


def _open(raised: RaisedFlag, policy: Policy, session: Session) -> None:
    flag = flag_row(raised, policy, session)
    flag.save(force_insert=True)
    outbox.publish("flag.raised", flag=raised.id, session=str(session.id), rule=flag.rule)
    transaction.on_commit(partial(hints.flag_opened, session=session, flag=flag), robust=True)
    count = partial(figures.count_flag, rule=flag.rule, severity=flag.severity)
    transaction.on_commit(count, robust=True)
    transaction.on_commit(partial(ask_for_capture, session=session, flag=flag), robust=True)
    evidence.want(flag_id=raised.id, stream=raised.evidence_stream, seq=raised.evidence_seq)


def _close(episode: Episode, session: Session) -> None:
    for flag in Flag.objects.filter(session=session, id__in=episode.flags, is_open=True):
        flag.start_ms, flag.end_ms, flag.is_open = episode.start_ms, episode.end_ms, False
        flag.save(update_fields=["start_ms", "end_ms", "is_open"])
        outbox.publish("flag.closed", flag=str(flag.id), session=str(session.id), rule=flag.rule)
        transaction.on_commit(partial(hints.flag_closed, session=session, flag=flag), robust=True)
        transaction.on_commit(partial(ask_for_capture, session=session, flag=flag), robust=True)
    evidence.want(flag_id=episode.flags[-1], stream=episode.worst_stream, seq=episode.worst_seq)
