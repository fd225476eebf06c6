"""Live release: which pending records may be folded now, which must wait, and which came too late.

Records wait until the watermark (the newest capture time less two seconds) has passed them, so that streams
that arrive a little out of step are still folded in canonical order. What lies before the fold is late: it is
stored and marked by the caller, and counts in the final replay. The caller passes each (stream, seq) once,
refuses a `t` that runs ahead of its own clock, and passes records that were late before no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from analysis.risk.log import Record, canonicalise
from analysis.risk.policy import Policy
from analysis.risk.state import RiskState

HOLD_BACK_MS = 2000


@dataclass(frozen=True, slots=True)
class Release:
    """`ready` in canonical order for `advance`; `waiting` for a later call; `late` for the final replay."""

    ready: tuple[Record, ...]
    waiting: tuple[Record, ...]
    late: tuple[Record, ...]


def watermark_ms(newest_ms: int) -> int:
    """The time up to which records are released when the newest record seen is from `newest_ms`."""
    return newest_ms - HOLD_BACK_MS


def release(pending: Iterable[Record], up_to_ms: int, state: RiskState, policy: Policy) -> Release:
    """Sort pending records into ready, waiting and late, for a fold that stands at `state`."""
    rank = {stream: place for place, stream in enumerate(policy.stream_rank)}
    ready: list[Record] = []
    waiting: list[Record] = []
    late: list[Record] = []
    for record in canonicalise(_clamped(pending, state), policy.stream_rank).records:
        stream = state.streams.get(record.stream)
        key = (record.t_ms, rank[record.stream], record.seq)
        if (stream is not None and record.seq <= stream.seq) or (
            state.last is not None and key <= state.last
        ):
            late.append(record)
        elif record.t_ms <= up_to_ms:
            ready.append(record)
        else:
            waiting.append(record)
    return Release(tuple(ready), tuple(waiting), tuple(late))


def _clamped(pending: Iterable[Record], state: RiskState) -> Iterable[Record]:
    """Records of a stream whose clock ran back behind what is folded already count at that time."""
    for record in pending:
        stream = state.streams.get(record.stream)
        if stream is not None and record.seq > stream.seq and record.t_ms < stream.t_ms:
            yield replace(record, t_ms=stream.t_ms)
        else:
            yield record
