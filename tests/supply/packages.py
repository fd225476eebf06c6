"""Pinned packages as the lock files name them: Python's by requirement set, the front end's by npm."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETS = ("web", "analysis", "run", "full", "dev", "uv")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NPM_FOLDER = "node_modules/"
LONGEST_LICENCE = 60


@dataclass(frozen=True, slots=True)
class Package:
    """`ecosystem` is PyPI or npm; `sets` are the lists that pin it."""

    ecosystem: str
    name: str
    version: str
    sets: tuple[str, ...]
    licence: str = ""
    sha256: tuple[str, ...] = field(default=(), repr=False)

    @property
    def purl(self) -> str:
        kind = "pypi" if self.ecosystem == "PyPI" else "npm"
        return f"pkg:{kind}/{self.name.replace('@', '%40')}@{self.version}"


def all_packages(root: Path = ROOT) -> list[Package]:
    found = [*_python(root / "requirements"), *_npm(root / "frontend" / "package-lock.json")]
    return sorted(found, key=lambda package: (package.ecosystem, package.name, package.version))


def _python(folder: Path) -> Iterator[Package]:
    pins: dict[tuple[str, str], set[str]] = {}
    hashes: dict[tuple[str, str], set[str]] = {}
    for name in SETS:
        for pin, pinned in _pins_of((folder / f"{name}.txt").read_text(encoding="utf-8")):
            pins.setdefault(pin, set()).add(name)
            hashes.setdefault(pin, set()).update(pinned)
    for (name, version), sets in pins.items():
        in_order = tuple(one for one in SETS if one in sets)
        known = tuple(sorted(hashes[name, version]))
        yield Package("PyPI", name, version, in_order, _licence_of(name, version), known)


def _pins_of(text: str) -> Iterator[tuple[tuple[str, str], set[str]]]:
    pin: tuple[str, str] | None = None
    hashes: set[str] = set()
    for line in text.splitlines():
        if begins := PINNED.match(line):
            if pin is not None:
                yield pin, hashes
            pin, hashes = (begins[1].lower().replace("_", "-"), begins[2]), set()
        hashes.update(HASH.findall(line))
    if pin is not None:
        yield pin, hashes


def _licence_of(name: str, version: str) -> str:
    """As the installed package says; empty where this environment does not hold it in this version."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if told["Version"] != version:
        return ""
    classified = [one for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    short = (told.get("License") or "").strip()
    plain = short if 0 < len(short) <= LONGEST_LICENCE and "\n" not in short else ""
    words = ", ".join(one.rpartition(" :: ")[2] for one in classified)
    return told.get("License-Expression") or plain or words


def _npm(lock: Path) -> Iterator[Package]:
    for path, one in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if NPM_FOLDER in path and "version" in one:
            kept = ("front end, building",) if one.get("dev") else ("front end",)
            name = path.rpartition(NPM_FOLDER)[2]
            yield Package("npm", name, one["version"], kept, str(one.get("license", "")))
