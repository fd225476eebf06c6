"""The arithmetic of ledgers: points in, decay, windows. Everything is integer milli-points and milliseconds.

Interpretations: decay lowers a ledger to its floor, or to its start when it has none, and never raises it.
Its clock runs from session start, also while nothing is there to decay. A `resync` step is part of its tick
and comes after the tick's rules, as in the published code that the mode exists for; stepped and linear decay
are caused by time and come before. A window with `exact` ends `ms` after its start; windows follow one
another from session start, and one that starts at a flag (`reset_on_flag`) runs its full `ms`. At the end of
a window its ledger goes back to `start`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.risk.flags import Entry, WindowResult
from analysis.risk.policy import Decay, Ledger, Policy
from analysis.risk.state import LedgerState


@dataclass(slots=True)
class _Account:
    """A ledger while it is being worked on."""

    balance_milli: int
    carry: int
    window_start_ms: int
    window_flagged: bool


class Book:
    """The ledgers of a policy during some steps of the fold; collects the lines and windows they give."""

    __slots__ = ("_accounts", "_policy", "_timed", "entries", "windows")

    def __init__(self, policy: Policy, states: Mapping[str, LedgerState]) -> None:
        self._policy = policy
        self._accounts: dict[str, _Account] = {}
        for ledger in policy.ledgers:
            state = states[ledger.name]
            self._accounts[ledger.name] = _Account(
                state.balance_milli, state.carry, state.window_start_ms, state.window_flagged
            )
        self._timed = tuple(ledger for ledger in policy.ledgers if ledger.decay or ledger.window)
        self.entries: list[Entry] = []
        self.windows: list[WindowResult] = []

    def states(self) -> dict[str, LedgerState]:
        return {
            name: LedgerState(
                account.balance_milli, account.carry, account.window_start_ms, account.window_flagged
            )
            for name, account in self._accounts.items()
        }

    def score_milli(self) -> int:
        return sum(self._accounts[name].balance_milli for name in self._policy.score_sum)

    def pass_time(self, from_ms: int, to_ms: int, violation: bool) -> None:
        """Decay every ledger from `from_ms` to `to_ms`, then close the exact windows that ended by then."""
        for ledger in self._timed:
            decay = ledger.decay
            if decay is not None and not (violation and decay.when == "no_violation"):
                self._run_decay(ledger, decay, to_ms - from_ms, to_ms)
            if ledger.window is not None and ledger.window.align == "exact":
                account = self._accounts[ledger.name]
                while account.window_start_ms + ledger.window.ms <= to_ms:
                    self._close_window(ledger, account.window_start_ms + ledger.window.ms)

    def tick_windows(self, t_ms: int) -> None:
        """At a tick: close the sampled windows that are old enough."""
        for ledger in self._timed:
            window = ledger.window
            if window is None or window.align != "sample":
                continue
            if t_ms - self._accounts[ledger.name].window_start_ms >= window.ms:
                self._close_window(ledger, t_ms)

    def tick_decay(self, t_ms: int) -> None:
        """At a tick, after its rules: one step of each resync decay whose time has come."""
        for ledger in self._timed:
            decay = ledger.decay
            if decay is not None and decay.mode == "resync":
                account = self._accounts[ledger.name]
                if account.carry >= decay.every_ms:
                    account.carry = 0
                    self._take(ledger, decay.points_milli, t_ms)

    def add(self, ledger: Ledger, add_milli: int, rule: str, t_ms: int, stream: str, seq: int) -> int:
        """Add points by a rule within floor and cap; returns the milli-points really added."""
        account = self._accounts[ledger.name]
        after = account.balance_milli + add_milli
        if ledger.floor_milli is not None:
            after = max(after, ledger.floor_milli)
        if ledger.cap_milli is not None:
            after = min(after, ledger.cap_milli)
        added = after - account.balance_milli
        account.balance_milli = after
        self.entries.append(Entry(t_ms, "rule", rule, ledger.name, added, after, stream, seq))
        return added

    def check_window(self, ledger: Ledger, t_ms: int) -> None:
        """Flag the window of a ledger that has reached `flag_at`; start a new one if it resets on flags."""
        window, account = ledger.window, self._accounts[ledger.name]
        if window is None or window.flag_at_milli is None or account.balance_milli < window.flag_at_milli:
            return
        account.window_flagged = True
        if window.reset_on_flag:
            self._close_window(ledger, t_ms)

    def finish(self, t_ms: int) -> None:
        """Close the windows that are still open at the end, with what they hold."""
        for ledger in self._timed:
            account = self._accounts[ledger.name]
            if ledger.window is not None and (account.window_start_ms < t_ms or account.window_flagged):
                self._record_window(ledger, t_ms)

    def _run_decay(self, ledger: Ledger, decay: Decay, elapsed_ms: int, t_ms: int) -> None:
        account = self._accounts[ledger.name]
        if decay.mode == "resync":
            account.carry += elapsed_ms
            return
        if decay.mode == "stepped":
            steps, account.carry = divmod(account.carry + elapsed_ms, decay.every_ms)
            self._take(ledger, steps * decay.points_milli, t_ms)
            return
        taken, account.carry = divmod(account.carry + elapsed_ms * decay.points_milli, decay.every_ms)
        self._take(ledger, taken, t_ms)

    def _take(self, ledger: Ledger, amount_milli: int, t_ms: int) -> None:
        account = self._accounts[ledger.name]
        rest = ledger.floor_milli if ledger.floor_milli is not None else ledger.start_milli
        taken = min(amount_milli, max(0, account.balance_milli - rest))
        if taken:
            account.balance_milli -= taken
            self.entries.append(
                Entry(t_ms, "decay", None, ledger.name, -taken, account.balance_milli, None, None)
            )

    def _record_window(self, ledger: Ledger, end_ms: int) -> None:
        account = self._accounts[ledger.name]
        self.windows.append(
            WindowResult(
                ledger.name,
                account.window_start_ms,
                end_ms,
                account.balance_milli,
                account.window_flagged,
            )
        )

    def _close_window(self, ledger: Ledger, end_ms: int) -> None:
        account = self._accounts[ledger.name]
        self._record_window(ledger, end_ms)
        change = ledger.start_milli - account.balance_milli
        if change:
            self.entries.append(
                Entry(end_ms, "window", None, ledger.name, change, ledger.start_milli, None, None)
            )
        account.balance_milli = ledger.start_milli
        account.window_start_ms = end_ms
        account.window_flagged = False
