"""`python -m tests.supply sbom FILE` and `python -m tests.supply advisories`."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.supply.advisories import (
    SERVICE,
    AcceptedUnreadable,
    CannotAsk,
    accepted_in,
    findings_in,
    not_accepted,
)
from tests.supply.packages import all_packages
from tests.supply.sbom import bill_of


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.supply")
    actions = parser.add_subparsers(dest="action", required=True)
    sbom = actions.add_parser("sbom", help="write the bill of materials")
    sbom.add_argument("file", type=Path)
    ask = actions.add_parser("advisories", help="ask for known weaknesses of what is pinned")
    ask.add_argument("--service", default=SERVICE, help="an address that speaks OSV's API")
    ask.add_argument("--must-ask", action="store_true", help="fail where the service cannot be asked")
    chosen = parser.parse_args(arguments)
    if chosen.action == "sbom":
        return _write(chosen.file)
    return _ask(chosen.service, must=chosen.must_ask)


def _write(file: Path) -> int:
    packages = all_packages()
    file.parent.mkdir(parents=True, exist_ok=True)
    bill = bill_of(packages, at=datetime.now(UTC).replace(microsecond=0))
    file.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    unnamed = sum(not package.licence for package in packages)
    print(f"{file}: {len(packages)} packages; {unnamed} not installed here, so without their licence.")
    return 0


def _ask(service: str, *, must: bool) -> int:
    packages = all_packages()
    try:
        known = accepted_in()
        found = not_accepted(findings_in(packages, service=service), known, today=datetime.now(UTC).date())
    except AcceptedUnreadable as error:
        print(f"requirements/accepted-advisories.txt, {error}", file=sys.stderr)
        return 1
    except CannotAsk as error:
        print(f"NOT CHECKED: {service} could not be asked about {len(packages)} packages: {error}")
        return 1 if must else 0
    for finding in found:
        print(finding, file=sys.stderr)
    print(f"{len(packages)} packages asked about at {service}: {len(found)} known weaknesses not accepted.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
