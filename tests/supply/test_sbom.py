"""The bill of materials names everything that is pinned, and nothing twice."""

import json
import re
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from tests.supply.__main__ import main
from tests.supply.packages import ROOT, SETS, all_packages
from tests.supply.sbom import bill_of

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_it_names_every_pinned_package() -> None:
    named = {(package.ecosystem, package.name, package.version) for package in all_packages()}
    assert len(named) > 200
    for name in SETS:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        for pinned, version in re.findall(r"^([a-zA-Z0-9._-]+)==([^ \\]+)", text, re.MULTILINE):
            assert ("PyPI", pinned.lower().replace("_", "-"), version) in named
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    for path, one in lock["packages"].items():
        if path:
            assert ("npm", path.rpartition("node_modules/")[2], one["version"]) in named


def test_what_is_installed_says_its_licence_and_every_pin_its_hashes() -> None:
    installed = {one.metadata["Name"].lower().replace("_", "-") for one in metadata.distributions()}
    for package in all_packages():
        assert package.licence or package.name not in installed, package
        assert package.sha256 or package.ecosystem == "npm", package
        assert package.sets


def test_it_is_written_as_cyclonedx() -> None:
    packages = all_packages()
    bill = bill_of(packages, at=AT)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["metadata"]["timestamp"] == "2026-01-02T03:04:05+00:00"
    assert bill["metadata"]["component"]["licenses"] == [{"license": {"id": "AGPL-3.0-or-later"}}]
    django = next(one for one in bill["components"] if one["name"] == "django")
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    assert {"name": "invigil:set", "value": "web"} in django["properties"]
    assert django["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]
    scoped = next(one for one in bill["components"] if one["name"].startswith("@"))
    assert scoped["purl"].startswith("pkg:npm/%40")
    references = [one["bom-ref"] for one in bill["components"]]
    assert bill["dependencies"][0]["dependsOn"] == sorted(set(references))


def test_the_same_lists_have_the_same_number() -> None:
    packages = all_packages()
    assert bill_of(packages, at=AT)["serialNumber"] == bill_of(packages, at=datetime.now(UTC))["serialNumber"]
    assert bill_of(packages[1:], at=AT)["serialNumber"] != bill_of(packages, at=AT)["serialNumber"]


def test_the_command_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "made" / "sbom.json"
    assert main(["sbom", str(file)]) == 0
    assert json.loads(file.read_text())["bomFormat"] == "CycloneDX"
