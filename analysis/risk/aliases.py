"""The names that other systems' policies give to what our log calls otherwise.

A name is only added where the policy asks for it, so a policy in our own words reads the log as it is.

| name | from |
|---|---|
| `gaze` | `looking_away`: distracted / center; unknown stays unknown |
| `phone` | `phone_detected` |
| `face_move` | `face_x`, `face_y`: the way since the record before, in shares of the picture's sides |
| `pupil_move` | `pupil_right_x` to `pupil_left_y`: the mean way of both pupils, in the same shares |
| `multiple_voices` | `second_voice` |
| `tab_switch` | the event `tab_hidden` |
| `copy_paste` | the events `copy`, `cut` and `paste` |
| `focus_lost` | the events `tab_hidden` and `window_blur` (one of them is sent, never both) |
| `no_face_detected`, `multiple_faces_detected`, `object_detected` | the record with which it becomes true |

`speech`, `phone` and `ear` are our own names too. Pupils are placed only where a policy asks for them and,
live, the exam follows eyes; a second voice needs the `full` set. Without them their rules raise nothing.

A name that the log already holds is never replaced.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from analysis.risk.conditions import Scalar
from analysis.risk.log import Record
from analysis.risk.terms import Policy

Values = Mapping[str, Scalar]

_GAZE: dict[Scalar, str] = {True: "distracted", False: "center"}
_SIGNALS: dict[str, tuple[str, Callable[[Scalar], Scalar]]] = {
    "gaze": ("looking_away", lambda away: _GAZE.get(away) if isinstance(away, bool) else None),
    "phone": ("phone_detected", lambda phone: phone),
    "multiple_voices": ("second_voice", lambda voice: voice),
}
_WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "face_move": (("face_x", "face_y"),),
    "pupil_move": (("pupil_right_x", "pupil_right_y"), ("pupil_left_x", "pupil_left_y")),
}
_EVENTS: dict[str, tuple[str, ...]] = {
    "tab_hidden": ("tab_switch", "focus_lost"),
    "window_blur": ("focus_lost",),
    "copy": ("copy_paste",),
    "cut": ("copy_paste",),
    "paste": ("copy_paste",),
}
_BEGINNINGS: dict[str, Callable[[Values], bool]] = {
    "no_face_detected": lambda values: _count(values) == 0,
    "multiple_faces_detected": lambda values: (_count(values) or 0) > 1,
    "object_detected": lambda values: values.get("phone_detected") is True or values.get("phone") is True,
}


def names_of(policy: Policy) -> frozenset[str]:
    """The signals and events that the rules of a policy read."""
    signals = frozenset[str]().union(*(rule.signals for rule in policy.rules))
    ends = frozenset[str]().union(*(rule.until for rule in policy.rules))
    return signals | ends | {rule.on for rule in policy.rules if rule.on is not None}


def asks_for_pupils(policy: Policy) -> bool:
    """Whether a rule reads how far the pupils moved, for which they have to be placed."""
    return "pupil_move" in names_of(policy)


def named(record: Record, names: frozenset[str], before: Values) -> Record:
    """The record with the signals among `names` that can be said in other words."""
    if record.values is None:
        return record
    added = {
        name: said(record.values[source])
        for name, (source, said) in _SIGNALS.items()
        if name in names and name not in record.values and source in record.values
    }
    for name, places in _WAYS.items():
        if name in names and name not in record.values and places[0][0] in record.values:
            added[name] = _moved(places, record.values, before)
    return replace(record, values={**record.values, **added}) if added else record


def events_of(record: Record, before: Values, names: frozenset[str]) -> tuple[str, ...]:
    """The events of a record in every name of `names`; `before` are its stream's signals until now."""
    if record.values is None:
        said = (record.event or "", *_EVENTS.get(record.event or "", ()))
        return tuple(name for name in said if name in names)
    values = record.values
    return tuple(
        name
        for name, true_of in _BEGINNINGS.items()
        if name in names and true_of(values) and not true_of(before)
    )


def _moved(places: Sequence[tuple[str, str]], values: Values, before: Values) -> float | None:
    """How far places went since the record before, in shares of the picture's sides: their mean."""
    ways = [_way(x, y, values, before) for x, y in places]
    known = [way for way in ways if way is not None]
    return round(sum(known) / len(ways), 6) if len(known) == len(ways) else None


def _way(x_name: str, y_name: str, values: Values, before: Values) -> float | None:
    x, y = _number(values.get(x_name)), _number(values.get(y_name))
    x_before, y_before = _number(before.get(x_name)), _number(before.get(y_name))
    if x is None or y is None or x_before is None or y_before is None:
        return None
    return math.hypot(x - x_before, y - y_before)


def _number(value: Scalar) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _count(values: Values) -> int | None:
    count = values.get("face_count")
    return count if isinstance(count, int) and not isinstance(count, bool) else None
