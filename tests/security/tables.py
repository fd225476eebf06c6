"""The two tables of docs: requirements of OWASP ASVS 5.0, and the list of bad inputs, each with its tests."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASVS = ROOT / "docs" / "asvs.csv"
BAD_INPUT = ROOT / "docs" / "bad-input.csv"
STATES = ("met", "partly", "not met", "deployment")


@dataclass(frozen=True, slots=True)
class Requirement:
    """`state` is one of STATES where it applies; `evidence` are tests (`file::name`) and files."""

    id: str
    level: int
    title: str
    applies: bool
    state: str
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadInput:
    """A row of the list; without tests it does not apply, and `note` says why."""

    row: int
    family: str
    input: str
    answer: str
    note: str
    tests: tuple[str, ...]


def requirements(path: Path = ASVS) -> list[Requirement]:
    return [
        Requirement(
            row["id"],
            int(row["level"]),
            row["title"],
            {"yes": True, "no": False}[row["applies"]],
            row["state"],
            row["reason"],
            _several(row["evidence"]),
        )
        for row in _rows(path)
    ]


def bad_inputs(path: Path = BAD_INPUT) -> list[BadInput]:
    return [
        BadInput(
            int(row["row"]), row["family"], row["input"], row["answer"], row["note"], _several(row["tests"])
        )
        for row in _rows(path)
    ]


def counted(found: list[Requirement]) -> Counter[tuple[int, str]]:
    """By level and state; what does not apply is a state of its own."""
    return Counter((one.level, one.state if one.applies else "does not apply") for one in found)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)
