"""The `detect` part of a policy: which evidence is gathered before the rules are looked at.

A row of its table is `[op, value, llr]` about the detector's own signal, or `{"when": CONDITION,
"llr_milli": n}` about signals of the same record.
"""

from __future__ import annotations

from analysis.changepoint import SENSITIVITIES, Detector, Likelihood
from analysis.risk.conditions import OPERATORS, Compare, parse_condition, parse_operand
from analysis.risk.reading import PolicyError, Section, items_of

LARGEST_MILLI = 1_000_000
_KEYS = ("signal", "quality", "llr_milli", "drift_milli", "ceiling_milli", "limit_milli")


def parse_detectors(top: Section) -> tuple[Detector, ...]:
    """The detectors of a policy's document; raises PolicyError naming the wrong key."""
    return tuple(_detector(name, path, value) for name, path, value in top.members("detect"))


def _detector(name: str, path: str, value: object) -> Detector:
    section = Section(value, path, _KEYS)
    signal = section.text("signal")
    table = tuple(_likelihood(item, at, signal) for at, item in section.items("llr_milli"))
    if not table:
        raise PolicyError(section.at("llr_milli"), "must hold at least one [op, value, llr]")
    limits = _limits(section)
    ceiling = _milli(section, "ceiling_milli", max(limits))
    if ceiling < max(limits):
        raise PolicyError(section.at("ceiling_milli"), "lies below a limit, which could never be reached")
    return Detector(
        name=name,
        signal=signal,
        quality=section.text("quality") if "quality" in section else None,
        table=table,
        drift_milli=_milli(section, "drift_milli", 0),
        ceiling_milli=ceiling,
        limits_milli=limits,
    )


def _likelihood(value: object, path: str, signal: str) -> Likelihood:
    if isinstance(value, dict):
        row = Section(value, path, ("when", "llr_milli"))
        if "when" not in row:
            raise PolicyError(row.at("when"), "is missing")
        when = parse_condition(row.values["when"], row.at("when"))
        return Likelihood(when, _ratio(row.values.get("llr_milli"), row.at("llr_milli")))
    parts = items_of(value, path)
    if len(parts) != 3:
        raise PolicyError(path, 'must be [op, value, llr], like ["==", true, 1500]')
    op = parts[0][1]
    if not isinstance(op, str) or op not in OPERATORS:
        raise PolicyError(parts[0][0], f"{op!r} is not an operator; known: {', '.join(OPERATORS)}")
    return Likelihood(
        Compare(signal, op, parse_operand(parts[1][1], op, path)), _ratio(parts[2][1], parts[2][0])
    )


def _ratio(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_MILLI:
        raise PolicyError(path, "must be a whole number of thousandths of a nat")
    return value


def _limits(section: Section) -> tuple[int, int, int]:
    if "limit_milli" not in section:
        raise PolicyError(section.at("limit_milli"), "is missing")
    inner = Section(section.values["limit_milli"], section.at("limit_milli"), SENSITIVITIES)
    low, normal, high = (_milli(inner, name) for name in SENSITIVITIES)
    if not 0 < high <= normal <= low:
        raise PolicyError(inner.path, "must be more than 0 and fall from low over normal to high")
    return low, normal, high


def _milli(section: Section, key: str, default: int | None = None) -> int:
    return section.whole(key, default, 0, LARGEST_MILLI, "a whole number of thousandths of a nat")
