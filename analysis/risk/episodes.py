"""The life of a sustained rule's episode, as pure steps from one open episode to the next."""

from __future__ import annotations

from dataclasses import replace

from analysis.risk.conditions import Scalar
from analysis.risk.flags import Episode
from analysis.risk.log import Record
from analysis.risk.policy import Rule
from analysis.risk.state import Moment, OpenEpisode

UNKNOWN_WEIGHT = -1.0


def moment_of(rule: Rule, record: Record, worst: Scalar, armed_ms: int) -> Moment:
    """How well a record shows the episode: by its worst signal, or by its nearness to the middle."""
    if rule.worst is None:
        weight = -float(abs(2 * (record.t_ms - armed_ms) - rule.for_ms))
    elif isinstance(worst, (int, float)):
        weight = float(abs(worst))
    else:
        weight = UNKNOWN_WEIGHT
    return Moment(record.stream, record.seq, record.t_ms, weight)


def better(old: Moment | None, new: Moment) -> Moment:
    return new if old is None or new.weight > old.weight else old


def begin(t_ms: int, stream: str) -> OpenEpisode:
    return OpenEpisode(
        start_ms=t_ms,
        armed_ms=t_ms,
        false_since_ms=None,
        records=0,
        stream=stream,
        evidence=None,
        worst=None,
        flags=(),
    )


def show(episode: OpenEpisode, rule: Rule, record: Record, worst: Scalar) -> OpenEpisode:
    """The episode after one more record that shows it."""
    moment = moment_of(rule, record, worst, episode.armed_ms)
    return replace(
        episode,
        false_since_ms=None,
        records=episode.records + 1,
        evidence=better(episode.evidence, moment),
        worst=better(episode.worst, moment) if rule.worst is not None else episode.worst,
    )


def due(episode: OpenEpisode, rule: Rule, last_fired_ms: int | None, t_ms: int) -> bool:
    """Whether the rule fires now, its condition being true."""
    elapsed_ms = t_ms - episode.armed_ms
    if elapsed_ms < rule.for_ms or (rule.strict and elapsed_ms == rule.for_ms):
        return False
    if episode.records < rule.min_records or (rule.once and episode.confirmed):
        return False
    return last_fired_ms is None or t_ms - last_fired_ms >= rule.cooldown_ms


def fired(episode: OpenEpisode, flag: str, evidence: Moment, t_ms: int) -> OpenEpisode:
    """The episode after a flag: confirmed, and its timer armed anew."""
    return replace(
        episode,
        armed_ms=t_ms,
        records=0,
        evidence=None,
        worst=episode.worst or evidence,
        flags=(*episode.flags, flag),
    )


def released(episode: OpenEpisode, rule: Rule, t_ms: int) -> bool:
    """Whether the condition has been false for long enough to close the episode."""
    return episode.false_since_ms is not None and t_ms - episode.false_since_ms >= rule.release_ms


def close(episode: OpenEpisode, rule: Rule, end_ms: int) -> Episode | None:
    """The closed episode, ending where its condition ended; None when it never raised a flag."""
    if episode.worst is None or not episode.confirmed:
        return None
    if episode.false_since_ms is not None:
        end_ms = min(end_ms, episode.false_since_ms)
    return Episode(rule.id, episode.start_ms, end_ms, episode.worst.stream, episode.worst.seq, episode.flags)
