"""The risk fold: (state, record, policy) -> step. Pure: no clock, no randomness, no float accumulation, no
I/O.

Interpretations where the format is silent:

- A record with values replaces all signals of its stream; an event leaves them. A signal name belongs to one
  stream; if two send it, the later in the streams' order is read.
- Sustained conditions are looked at on every record, of any stream, with the signals held then; `sample`
  rules only on a record that carries one of their signals, so that a held value is not counted twice.
- `release_ms` also bridges the time before a flag. An episode ends where its condition became false, not
  where the release was over. With `unknown: hold` an unknown neither fires nor closes: it waits.
- Time passes piecewise: a gap takes place at last + ms, between two records, and decay runs again from there.
  The flag of a rule on `gap.STREAM` is since the last record of the stream, at the gap's moment. A stream
  that never sent anything has no gap.
- A rule may name a signal or event as another system does (`analysis.risk.aliases`).
- Evidence (`detect`) is gathered before the rules of its record; a rule that `needs` it waits, and its
  episode still began when its condition became true.
- An event that happened n times adds and deducts n times and is one flag. `confidence` is clamped to 0..100;
  where it is unknown the deduction is not weighted.
- A flag's `score` is taken after its effects and before a window that they flag is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.risk import aliases, episodes, spans
from analysis.risk.conditions import Scalar, evaluate
from analysis.risk.flags import Entry, Episode, Flag, WindowResult, flag_id
from analysis.risk.gathering import Gathering
from analysis.risk.ledgers import Book
from analysis.risk.log import PAUSED, Record
from analysis.risk.points import FULL_MILLI, MILLI
from analysis.risk.policy import Policy, Rule
from analysis.risk.state import (
    Moment,
    OpenEpisode,
    RiskState,
    RuleState,
    StateError,
    StreamState,
    counted,
    initial_state,
)

__all__ = [
    "Fold",
    "LateRecordError",
    "RiskState",
    "StateError",
    "Step",
    "advance",
    "finish",
    "initial_state",
]


class LateRecordError(ValueError):
    """A record that lies before what is already folded; it counts in the final replay."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one record did. `score_milli` is the score after it."""

    state: RiskState
    opened: tuple[Flag, ...]
    closed: tuple[Episode, ...]
    entries: tuple[Entry, ...]
    windows: tuple[WindowResult, ...]
    score_milli: int


def advance(state: RiskState, record: Record, policy: Policy) -> Step:
    """Fold the next record of the canonical log.

    Raises:
        LateRecordError: the record lies at or before the last one folded.
        StateError: the state belongs to another policy, or was finished.
    """
    fold = Fold(state, policy)
    fold.take(record)
    return fold.step()


def finish(state: RiskState, policy: Policy, end_ms: int) -> Step:
    """End the session at `end_ms`, or at its last record if that is later; closes episodes and windows."""
    fold = Fold(state, policy)
    fold.finish(end_ms)
    return fold.step()


class Fold:
    """A state opened for work: `take` records in canonical order, then read `step()`."""

    def __init__(self, state: RiskState, policy: Policy) -> None:
        if state.policy_sha256 != policy.sha256:
            raise StateError("this state was folded with another policy; replay the log instead")
        if state.finished:
            raise StateError("this session's risk is finished; replay the log instead")
        self._policy = policy
        self._begun = state
        self._rank = {stream: place for place, stream in enumerate(policy.stream_rank)}
        self._ledgers = {ledger.name: ledger for ledger in policy.ledgers}
        self._names = aliases.names_of(policy)
        self._t_ms = state.t_ms
        self._last = state.last
        self._streams = dict(state.streams)
        self._rules = dict(state.rules)
        self._tally = state.tally
        self._finished = False
        self._confirmed = sum(1 for rule in state.rules.values() if rule.episode and rule.episode.confirmed)
        self._gathering = Gathering(policy, state.evidence)
        self._signals = self._merged_signals()
        self._book = Book(policy, state.ledgers)
        self._opened: list[Flag] = []
        self._closed: list[Episode] = []

    def step(self) -> Step:
        state = RiskState(
            session_id=self._begun.session_id,
            policy_sha256=self._policy.sha256,
            t_ms=self._t_ms,
            last=self._last,
            streams=dict(self._streams),
            ledgers=self._book.states(),
            rules=dict(self._rules),
            tally=self._tally,
            finished=self._finished,
            evidence=self._gathering.states(),
        )
        return Step(
            state,
            tuple(self._opened),
            tuple(self._closed),
            tuple(self._book.entries),
            tuple(self._book.windows),
            self._book.score_milli(),
        )

    def take(self, record: Record) -> None:
        """Fold one record; raises LateRecordError if it is not after the last."""
        key = (record.t_ms, self._rank[record.stream], record.seq)
        stream = self._streams.get(record.stream)
        if (self._last is not None and key <= self._last) or (stream and record.seq <= stream.seq):
            raise LateRecordError(
                f"{record.stream} {record.seq} at {record.t_ms} ms lies before what is folded"
            )
        self._pass_to(record.t_ms)
        self._last = key
        before = stream.values if stream else {}
        record = aliases.named(record, self._names, before)
        events = aliases.events_of(record, before, self._names)
        self._hold(record)
        if record.event == PAUSED:
            self._rest()
        tick = record.stream == self._policy.tick_stream
        if tick:
            self._book.tick_windows(record.t_ms)
        for rule in self._policy.rules:
            if rule.mode == "sustained":
                self._sustained(rule, record)
            elif rule.mode == "sample":
                self._sampled(rule, record)
            elif rule.mode == "span":
                self._span(rule, record, events)
            elif rule.on in events:
                self._event(rule, record.t_ms, record.t_ms, record.stream, record.seq, record.n)
        if tick:
            self._book.tick_decay(record.t_ms)

    def finish(self, end_ms: int) -> None:
        self._pass_to(max(end_ms, self._t_ms))
        for rule in self._policy.rules:
            self._close(rule, self._t_ms)
        self._book.finish(self._t_ms)
        self._finished = True

    def _merged_signals(self) -> dict[str, Scalar]:
        signals: dict[str, Scalar] = {}
        for name in sorted(self._streams, key=self._rank.__getitem__):
            signals.update(self._streams[name].values)
        signals.update(self._gathering.signals())
        return signals

    def _hold(self, record: Record) -> None:
        if record.values is not None:
            self._streams[record.stream] = StreamState(record.seq, record.t_ms, False, dict(record.values))
            self._gathering.take(record.values, record.t_ms)
            self._signals = self._merged_signals()
            return
        known = self._streams.get(record.stream)
        values = known.values if known is not None else {}
        self._streams[record.stream] = StreamState(record.seq, record.t_ms, False, values)

    def _pass_to(self, t_ms: int) -> None:
        """Let time pass to `t_ms`, through the gaps and the ends of patience on the way."""
        gaps = []
        for name, silence_ms in self._policy.gaps:
            stream = self._streams.get(name)
            if stream is not None and not stream.silent and t_ms - stream.t_ms > silence_ms:
                gaps.append((stream.t_ms + silence_ms, self._rank[name], name))
        for gap_ms, _, name in sorted(gaps):
            self._overdue(gap_ms)
            self._elapse(gap_ms)
            self._gap(name)
        self._overdue(t_ms)
        self._elapse(t_ms)

    def _overdue(self, t_ms: int) -> None:
        """Fire, each at its own moment, what began with an event and has not ended in time."""
        for due in sorted(spans.due_by(t_ms, self._policy, self._rules)):
            rule = self._policy.rules[due.place]
            episode = self._rules[rule.id].episode
            if episode is None or episode.evidence is None:
                continue
            self._elapse(due.t_ms)
            begun = episode.evidence
            flag = self._fire(rule, episode.start_ms, due.t_ms, begun.stream, begun.seq, 1, begun)
            self._confirmed += 1
            self._rules[rule.id] = RuleState(due.t_ms, episodes.fired(episode, flag.id, begun, due.t_ms))

    def _span(self, rule: Rule, record: Record, events: tuple[str, ...]) -> None:
        if not set(events).isdisjoint(rule.until):
            self._close(rule, record.t_ms)
        state = self._rules[rule.id]
        if rule.on in events and state.episode is None:
            self._rules[rule.id] = RuleState(state.last_fired_ms, spans.begun(record))
            # What needs no patience is a flag at once.
            self._overdue(record.t_ms)

    def _elapse(self, t_ms: int) -> None:
        if t_ms > self._t_ms:
            self._book.pass_time(self._t_ms, t_ms, violation=self._confirmed > 0)
            self._t_ms = t_ms

    def _gap(self, name: str) -> None:
        stream = self._streams[name]
        self._forget(name)
        for rule in self._policy.rules:
            if rule.on == f"gap.{name}":
                self._event(rule, stream.t_ms, self._t_ms, name, stream.seq, 1)

    def _rest(self) -> None:
        """A person stopped the session: that nothing comes any more is no gap, and what lasted has ended."""
        for rule in self._policy.rules:
            if rule.until:
                self._close(rule, self._t_ms)
        for name in [name for name, stream in self._streams.items() if not stream.silent and stream.values]:
            self._forget(name)

    def _forget(self, name: str) -> None:
        stream = self._streams[name]
        for rule in self._policy.rules:
            episode = self._rules[rule.id].episode
            if episode is not None and (episode.stream == name or not rule.signals.isdisjoint(stream.values)):
                self._close(rule, self._t_ms)
        self._gathering.forget(stream.values)
        self._streams[name] = replace(stream, silent=True, values={})
        self._signals = self._merged_signals()

    def _close(self, rule: Rule, end_ms: int) -> None:
        state = self._rules[rule.id]
        if state.episode is None:
            return
        closed = episodes.close(state.episode, rule, end_ms)
        if closed is not None:
            self._closed.append(closed)
            self._confirmed -= 1
        self._rules[rule.id] = RuleState(state.last_fired_ms)

    def _sustained(self, rule: Rule, record: Record) -> None:
        state = self._rules[rule.id]
        episode = state.episode
        if rule.when is None:
            return
        truth = evaluate(rule.when, self._signals)
        if episode is not None and episodes.released(episode, rule, record.t_ms):
            self._close(rule, record.t_ms)
            state = self._rules[rule.id]
            episode = None
        if truth is None and rule.hold_unknown and episode is not None and episode.false_since_ms is None:
            return
        if truth:
            self._true(rule, record, episode or episodes.begin(record.t_ms, record.stream), state)
        elif episode is not None:
            if episode.false_since_ms is None:
                episode = replace(episode, false_since_ms=record.t_ms)
                self._rules[rule.id] = RuleState(state.last_fired_ms, episode)
            if episodes.released(episode, rule, record.t_ms):
                self._close(rule, record.t_ms)

    def _true(self, rule: Rule, record: Record, episode: OpenEpisode, state: RuleState) -> None:
        if episode.false_since_ms is not None:
            episode = replace(episode, false_since_ms=None)
        if record.values is not None and not rule.signals.isdisjoint(record.values):
            worst = self._signals.get(rule.worst) if rule.worst is not None else None
            episode = episodes.show(episode, rule, record, worst)
        proven = rule.needs is None or self._signals.get(rule.needs) is True
        if not proven or not episodes.due(episode, rule, state.last_fired_ms, record.t_ms):
            self._rules[rule.id] = RuleState(state.last_fired_ms, episode)
            return
        here = Moment(record.stream, record.seq, record.t_ms, 0.0)
        evidence = episode.evidence or episode.worst or here
        flag = self._fire(rule, episode.armed_ms, record.t_ms, record.stream, record.seq, 1, evidence)
        if not episode.confirmed:
            self._confirmed += 1
        self._rules[rule.id] = RuleState(record.t_ms, episodes.fired(episode, flag.id, evidence, record.t_ms))

    def _sampled(self, rule: Rule, record: Record) -> None:
        if record.values is None or rule.when is None or rule.signals.isdisjoint(record.values):
            return
        last_ms = self._rules[rule.id].last_fired_ms
        if last_ms is not None and record.t_ms - last_ms < max(rule.every_ms, rule.cooldown_ms):
            return
        if evaluate(rule.when, self._signals):
            here = Moment(record.stream, record.seq, record.t_ms, 0.0)
            self._fire(rule, record.t_ms, record.t_ms, record.stream, record.seq, 1, here)
            self._rules[rule.id] = RuleState(record.t_ms)

    def _event(self, rule: Rule, since_ms: int, t_ms: int, stream: str, seq: int, n: int) -> None:
        last_ms = self._rules[rule.id].last_fired_ms
        if last_ms is not None and t_ms - last_ms < rule.cooldown_ms:
            return
        self._fire(rule, since_ms, t_ms, stream, seq, n, Moment(stream, seq, since_ms, 0.0))
        self._rules[rule.id] = RuleState(t_ms)

    def _fire(
        self, rule: Rule, since_ms: int, t_ms: int, stream: str, seq: int, n: int, evidence: Moment
    ) -> Flag:
        before_milli = self._book.score_milli()
        for effect in rule.effects:
            ledger = self._ledgers[effect.ledger]
            self._book.add(ledger, effect.add_milli * n, rule.id, t_ms, stream, seq)
        score_milli = self._book.score_milli()
        for effect in rule.effects:
            self._book.check_window(self._ledgers[effect.ledger], t_ms)
        flag = Flag(
            id=flag_id(self._begun.session_id, rule.id, since_ms, t_ms, stream, seq),
            rule=rule.id,
            severity=rule.severity,
            since_ms=since_ms,
            t_ms=t_ms,
            stream=stream,
            seq=seq,
            n=n,
            delta_milli=score_milli - before_milli,
            score_milli=score_milli,
            confidence_milli=self._confidence_milli(rule),
            evidence_stream=evidence.stream,
            evidence_seq=evidence.seq,
            evidence_t_ms=evidence.t_ms,
            lasting=rule.lasting,
        )
        self._opened.append(flag)
        self._tally = counted(self._tally, flag, self._policy)
        return flag

    def _confidence_milli(self, rule: Rule) -> int | None:
        value = self._signals.get(rule.confidence) if rule.confidence is not None else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return min(max(round(value * MILLI), 0), FULL_MILLI)
