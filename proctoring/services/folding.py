"""From stored records to flags: releases what may be folded, advances the fold, opens and closes flags.

The caller holds the lock of the risk row.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.db.models import Max

from analysis.observations import Scalar
from analysis.risk import live as release_rules
from analysis.risk.flags import Episode
from analysis.risk.flags import Flag as RaisedFlag
from analysis.risk.fold import Step, advance, finish
from analysis.risk.log import Record, parse_record
from analysis.risk.policy import Policy, Rule
from analysis.risk.result import report_of, score_milli
from analysis.risk.state import OpenEpisode
from analysis.risk.state import RiskState as FoldState
from exams.models import Session
from proctoring import figures, hints
from proctoring.explaining import TURNED, explained
from proctoring.models import Flag, Observation, RiskState
from proctoring.recording_told import ask_for_capture
from proctoring.services import alerting, evidence
from proctoring.services.event_rules import STREAM
from proctoring.services.many_rows import update_many
from proctoring.services.risk import policy_of
from webhooks import outbox

EVERYTHING_MS = 2**53
# More than any two seconds hold: a clock that stands still must not keep everything waiting.
MOST_WAITING = 300
UNRELEASED = {"is_released": False, "is_late": False}
Waiting = dict[tuple[str, int], Observation]


@dataclass(slots=True)
class Folded:
    """What one turn of the fold did to a session's flags."""

    opened: list[RaisedFlag] = field(default_factory=list)
    closed: list[Episode] = field(default_factory=list)


@dataclass(slots=True)
class Turn:
    """One session's turn of the fold: what was folded, and what is to be written because of it."""

    risk: RiskState
    session: Session
    policy: Policy
    folded: Folded = field(default_factory=Folded)
    rows: list[Observation] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    lasting: list[OpenEpisode] = field(default_factory=list)


def fold_ready(*, risk: RiskState, session: Session, changed: Sequence[str] = ()) -> Folded:
    """Fold what the watermark has passed; the rest waits for its elders.

    `changed` names what the caller has changed in the row beside: it is written together with the fold.
    """
    turn = _begin(risk, session, _waiting_of([session])[session.id], end_ms=None)
    turn.changed |= set(changed)
    _finish([turn])
    return turn.folded


def fold_many(sittings: Sequence[tuple[RiskState, Session]]) -> None:
    """`fold_ready` for many sittings of one institution, with a few statements for all of them."""
    waiting = _waiting_of([session for _, session in sittings])
    _finish([_begin(risk, session, waiting[session.id], end_ms=None) for risk, session in sittings])


def fold_to_the_end(*, risk: RiskState, session: Session, end_ms: int) -> Folded:
    """Fold everything that is there, and close every episode at the session's end."""
    turn = _begin(risk, session, _waiting_of([session])[session.id], end_ms=end_ms)
    _finish([turn])
    return turn.folded


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


def newest_waiting_ms(session: Session) -> int:
    """The time of the newest event that waits to be folded; 0 where none does."""
    waiting = Observation.objects.filter(session=session, stream=STREAM, **UNRELEASED)
    return waiting.aggregate(newest=Max("t_ms"))["newest"] or 0


def _waiting_of(sessions: Sequence[Session]) -> dict[uuid.UUID, Waiting]:
    waiting: dict[uuid.UUID, Waiting] = {session.id: {} for session in sessions}
    for row in Observation.objects.filter(session__in=waiting, **UNRELEASED):
        waiting[row.session_id][row.stream, row.seq] = row
    return waiting


def _begin(risk: RiskState, session: Session, waiting: Waiting, *, end_ms: int | None) -> Turn:
    """Fold in memory: what is to be written stands in the turn and in the rows that it names."""
    turn = Turn(risk, session, policy_of(risk))
    _catch_up(turn, waiting)
    before = FoldState.from_json(risk.fold)
    released = _release(waiting, before, turn, end_ms)
    state = _advance(turn, before, released.ready, waiting)
    for record in released.late:
        waiting[record.stream, record.seq].is_late = True
    turn.rows = [waiting[record.stream, record.seq] for record in (*released.ready, *released.late)]
    if end_ms is not None:
        last = finish(state, turn.policy, end_ms)
        _note(turn.folded, last)
        state = last.state
    # The state is long: it is written only where something was folded.
    if state is not before:
        turn.changed |= _tell(risk, state, turn.policy)
    turn.lasting = _lasting(state, turn.policy)
    return turn


def _catch_up(turn: Turn, waiting: Waiting) -> None:
    """Events are committed many at once, and the row has not heard of their times yet."""
    newest_ms = max((row.t_ms for row in waiting.values() if row.stream == STREAM), default=0)
    if newest_ms > turn.risk.last_t_ms:
        turn.risk.last_t_ms = newest_ms
        turn.changed.add("last_t_ms")


def _release(waiting: Waiting, before: FoldState, turn: Turn, end_ms: int | None) -> release_rules.Release:
    records = [parse_record(row.record) for row in waiting.values()]
    up_to_ms = EVERYTHING_MS if end_ms is not None else release_rules.watermark_ms(turn.risk.last_t_ms)
    released = release_rules.release(records, up_to_ms, before, turn.policy)
    if len(released.waiting) > MOST_WAITING:
        return release_rules.release(records, EVERYTHING_MS, before, turn.policy)
    return released


def _finish(turns: Sequence[Turn]) -> None:
    """Write what was folded, and do what follows from flags that opened or closed."""
    rows = [row for turn in turns for row in turn.rows]
    update_many(Observation, rows, ["is_released", "is_late", "score_milli"])
    for changed in {frozenset(turn.changed) for turn in turns}:
        alike = [turn.risk for turn in turns if turn.changed == changed]
        update_many(RiskState, alike, sorted(changed))
    for turn in turns:
        _apply(turn)
        if any(raised.severity == alerting.CRITICAL for raised in turn.folded.opened):
            alerting.order_alert(risk=turn.risk, session=turn.session)


def _advance(turn: Turn, state: FoldState, ready: tuple[Record, ...], rows: Waiting) -> FoldState:
    for record in ready:
        step = advance(state, record, turn.policy)
        state = step.state
        row = rows[record.stream, record.seq]
        row.is_released, row.score_milli = True, step.score_milli
        _note(turn.folded, step)
    return state


def _note(folded: Folded, step: Step) -> None:
    folded.opened.extend(step.opened)
    folded.closed.extend(step.closed)


def _tell(risk: RiskState, state: FoldState, policy: Policy) -> set[str]:
    """Puts the state and its scores into the row; returns the names of the fields."""
    risk.fold = state.to_json()
    risk.score_milli = score_milli(state, policy)
    risk.integrity_milli = report_of(state, policy).integrity_milli
    return {"fold", "score_milli", "integrity_milli"}


def _lasting(state: FoldState, policy: Policy) -> list[OpenEpisode]:
    """What is seen and lasts; what began with an event shows itself in that event alone."""
    episodes = (state.rules[rule.id].episode for rule in policy.rules if not rule.until)
    return [episode for episode in episodes if episode is not None and episode.confirmed]


def _apply(turn: Turn) -> None:
    for raised in turn.folded.opened:
        _open(raised, turn.policy, turn.session)
    for episode in turn.folded.closed:
        _close(episode, turn.session)
    for lasting in turn.lasting:
        if lasting.worst is not None:
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
