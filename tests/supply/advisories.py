"""Known weaknesses of the pinned packages, from an advisory database that speaks OSV's API.

Nothing is concluded from silence: a service that cannot be asked is said to be one, and never a clean answer.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.supply.packages import ROOT, Package

SERVICE = "https://api.osv.dev"
ACCEPTED = ROOT / "requirements" / "accepted-advisories.txt"
MOST_AT_ONCE = 500
ANSWER_WITHIN_S = 20


class CannotAsk(Exception):
    """The service did not answer, or not in its own words."""


class AcceptedUnreadable(Exception):
    """A line of the list of accepted weaknesses is none."""


@dataclass(frozen=True, slots=True)
class Finding:
    package: Package
    advisory: str

    def __str__(self) -> str:
        return f"{self.package.name} {self.package.version} ({', '.join(self.package.sets)}): {self.advisory}"


def findings_in(packages: Sequence[Package], *, service: str = SERVICE) -> list[Finding]:
    found = []
    for start in range(0, len(packages), MOST_AT_ONCE):
        batch = packages[start : start + MOST_AT_ONCE]
        for package, ids in zip(batch, _ask(batch, service), strict=True):
            found += [Finding(package, advisory) for advisory in ids]
    return found


def not_accepted(findings: Sequence[Finding], accepted: dict[str, date], *, today: date) -> list[Finding]:
    """An acceptance ends: what was put off has to be looked at again."""
    return [one for one in findings if accepted.get(one.advisory, date.min) < today]


def accepted_in(path: Path = ACCEPTED) -> dict[str, date]:
    """Each line: the advisory, the last day it is accepted, and why."""
    accepted = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        advisory, _, rest = line.partition(" ")
        until, _, reason = rest.strip().partition(" ")
        try:
            accepted[advisory] = date.fromisoformat(until)
        except ValueError:
            raise AcceptedUnreadable(f"line {number}: “{until}” is not a day") from None
        if not reason.strip():
            raise AcceptedUnreadable(f"line {number}: {advisory} is accepted without a reason")
    return accepted


def _ask(packages: Sequence[Package], service: str) -> list[list[str]]:
    queries = [
        {"package": {"ecosystem": one.ecosystem, "name": one.name}, "version": one.version}
        for one in packages
    ]
    request = urllib.request.Request(
        f"{service}/v1/querybatch",
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer:
            results = json.loads(answer.read())["results"]
        told = [sorted(one["id"] for one in result.get("vulns", ())) for result in results]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotAsk(str(error)) from error
    if len(told) != len(packages):
        raise CannotAsk(f"{len(packages)} packages were asked about and {len(told)} were answered")
    return told
