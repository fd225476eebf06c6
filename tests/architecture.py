"""The rules of the house, read from the source tree; `test_architecture.py` proves that each one fires."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# An app imports only from its left.
ORDER = ("accounts", "jobs", "webhooks", "exams", "proctoring", "reports", "privacy", "config")
ROOTS = (*ORDER, "analysis")

# proctoring runs the analysis; the others may read what is named here.
ANALYSIS_DOORS = {
    "exams": ("analysis.risk.policy", "analysis.risk.library", "analysis.risk.areas", "analysis.catalog"),
    "proctoring": ("analysis",),
    "reports": ("analysis.catalog",),
    "privacy": ("analysis.catalog",),
}
NOT_FOR_ANALYSIS = frozenset({"django", "channels", "celery", "rest_framework", "storages", "config", *ORDER})

LIBRARY_HOMES: dict[str, tuple[str, ...]] = {
    "mediapipe": ("analysis/detectors/",),
    "openvino": ("analysis/detectors/",),
    "ultralytics": ("analysis/detectors/",),
    "torch": ("analysis/detectors/",),
    "torchvision": ("analysis/detectors/",),
    "resemblyzer": ("analysis/detectors/",),
    "cv2": ("analysis/",),
    "sklearn": ("analysis/anomaly/growing.py", "analysis/isotonic.py"),
    # FFmpeg decodes recordings, and single pictures too, because it tells of damage that OpenCV passes over.
    "av": ("analysis/video.py", "analysis/frames.py", "analysis/audio/track.py", "analysis/video_pieces.py"),
}

# Each of these looks across institutions for a reason that it gives at the call.
UNSCOPED_ALLOWED = frozenset(
    {
        "accounts/api/idempotency.py",
        "accounts/api_keys.py",
        "accounts/rotation.py",
        "accounts/services.py",
        "accounts/tenancy.py",
        "config/backup/tables.py",
        "config/demo.py",
        "config/platform/site.py",
        "config/operations/shared_figures.py",
        "exams/invitations.py",
        "jobs/leases.py",
        "jobs/pools.py",
        "jobs/services.py",
        "proctoring/services/committing.py",
        "proctoring/services/due_folds.py",
        "proctoring/services/presence.py",
    }
)

FORBIDDEN_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})
NAMED_FOLDERS = (*ROOTS, "tests", "frontend/src")
MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 500

PACKAGE_FILES = (
    "requirements/*",
    "frontend/package-lock.json",
    "frontend/.npmrc",
    "Makefile",
    ".ci/*",
    "*.toml",
)
REGISTRY = re.compile(
    r"^\s*(--)?(extra-)?index-url\b|https?://(registry\.|pypi\.|files\.pythonhosted\.|[^/\s]*/simple\b)", re.M
)


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    path: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    tree: ast.Module
    line_count: int

    @property
    def app(self) -> str:
        return self.path.partition("/")[0]


Rule = Callable[[Path], Iterator[Violation]]


def import_direction(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ORDER):
        allowed = ORDER[: ORDER.index(source.app) + 1]
        for line, module in _imports(source):
            package = module.partition(".")[0]
            if package in ORDER and package not in allowed:
                yield Violation(
                    source.path, line, f"{source.app} must not import {module}: it lies to its right"
                )


def analysis_is_pure(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ("analysis",)):
        for line, module in _imports(source):
            if module.partition(".")[0] in NOT_FOR_ANALYSIS:
                yield Violation(
                    source.path, line, f"analysis is a plain library and must not import {module}"
                )


def analysis_has_few_doors(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ORDER):
        doors = ANALYSIS_DOORS.get(source.app, ())
        for line, module in _imports(source):
            if module.partition(".")[0] == "analysis" and not _within(module, doors):
                yield Violation(
                    source.path, line, f"{source.app} must not import {module}: proctoring runs it"
                )


def libraries_stay_home(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ROOTS):
        for line, module in _imports(source):
            homes = LIBRARY_HOMES.get(module.partition(".")[0])
            if homes and not source.path.startswith(homes):
                yield Violation(source.path, line, f"{module} may be imported only in {' or '.join(homes)}")


def settings_hold_no_branches(root: Path) -> Iterator[Violation]:
    branches = (ast.If, ast.IfExp, ast.Match, ast.Try, ast.While)
    for source in _sources(root, ("config/settings",)):
        for node in ast.walk(source.tree):
            if isinstance(node, branches) or (isinstance(node, ast.comprehension) and node.ifs):
                line = getattr(node, "lineno", None) or node.target.lineno  # type: ignore[attr-defined]
                yield Violation(
                    source.path, line, "a settings module holds no branches: replace the whole value"
                )


def scope_is_left_openly(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ROOTS):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and _called_name(node) == "unscoped":
                if source.path not in UNSCOPED_ALLOWED:
                    yield Violation(source.path, node.lineno, "unscoped() needs a place in UNSCOPED_ALLOWED")
                elif not node.args and not node.keywords:
                    yield Violation(source.path, node.lineno, "unscoped() gives its reason")


def functions_are_short(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ROOTS):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    yield Violation(source.path, node.lineno, f"{node.name} is {lines} lines long")


def files_are_short(root: Path) -> Iterator[Violation]:
    for source in _sources(root, ROOTS):
        if source.line_count > MAX_FILE_LINES:
            yield Violation(source.path, source.line_count, f"the file is {source.line_count} lines long")


def names_say_something(root: Path) -> Iterator[Violation]:
    for folder in NAMED_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.stem.split(".")[0] in FORBIDDEN_NAMES and "__pycache__" not in path.parts:
                yield Violation(
                    path.relative_to(root).as_posix(), 1, f"'{path.stem}' does not say what is in it"
                )


def packages_come_from_anywhere(root: Path) -> Iterator[Violation]:
    for pattern in PACKAGE_FILES:
        for path in sorted(root.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            for found in REGISTRY.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield Violation(path.relative_to(root).as_posix(), line, "the file names a package registry")


RULES: tuple[Rule, ...] = (
    import_direction,
    analysis_is_pure,
    analysis_has_few_doors,
    libraries_stay_home,
    settings_hold_no_branches,
    scope_is_left_openly,
    functions_are_short,
    files_are_short,
    names_say_something,
    packages_come_from_anywhere,
)


def _sources(root: Path, folders: tuple[str, ...]) -> Iterator[Source]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text(encoding="utf-8")
                yield _parsed(path.relative_to(root).as_posix(), text)


@cache
def _parsed(path: str, text: str) -> Source:
    return Source(path, ast.parse(text, filename=path), text.count("\n"))


def _imports(source: Source) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, also inside functions, relatively, and by name at run time."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(source.path, node)
            # `from analysis import detectors` imports analysis.detectors as well as analysis.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _called_name(node) in {
            "import_module",
            "__import__",
            "import_string",
        }:
            yield from ((node.lineno, word) for word in _constant_words(node))


def _absolute(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = path.split("/")[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _called_name(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _constant_words(node: ast.Call) -> Iterator[str]:
    for argument in node.args[:1]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def _within(module: str, doors: tuple[str, ...]) -> bool:
    return any(module == door or module.startswith(f"{door}.") for door in doors)
