"""The bill of materials as CycloneDX 1.6: the same lists give the same file, but for when it was made."""

import tomllib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.supply.packages import ROOT, Package

OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "invigil.sbom")


def bill_of(packages: Sequence[Package], *, at: datetime) -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    contents = "\n".join(f"{package.purl} {' '.join(package.sha256)}" for package in packages)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(OURS, contents)}",
        "version": 1,
        "metadata": {
            "timestamp": at.isoformat(),
            "component": {
                "type": "application",
                "bom-ref": "invigil",
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            },
        },
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": "invigil", "dependsOn": sorted({package.purl for package in packages})}],
    }


def _component(package: Package) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "properties": [{"name": "invigil:set", "value": one} for one in package.sets],
    }
    if package.licence:
        component["licenses"] = [{"license": {"name": package.licence}}]
    if package.sha256:
        # A package has a file for each kind of machine: any of these is it.
        component["properties"] += [{"name": "invigil:sha256", "value": one} for one in package.sha256]
    return component
