"""Tests that know nothing of a profile: they prove the same on each, so `.ci/run` runs them once.

Nobody names them. A file is apart where nothing that it imports, however far, is Django, one of our apps, a
package that is not listed here or a way to start a process. A test of it is apart where each fixture is of
such a file, of pytest or a folder of data. What is unknown here runs on both profiles.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# `analysis` knows no Django: tests/architecture.py watches over it.
PLAIN = frozenset({"PIL", "analysis", "av", "cv2", "hypothesis", "numpy", "onnx", "pytest", "sklearn"})
# What is started may be a process of the profile, and the environment says which profile it is.
DOORS = frozenset({"ctypes", "importlib", "multiprocessing", "os", "runpy", "socket", "subprocess"})
OF_A_PROFILE = ("django_db", "production_only", "embedded_only")
FOLDERS = frozenset({"data_dir", "models_dir", "presets_dir"})
OF_EVERY_TEST = ROOT / "tests" / "conftest.py"
OF_PYTEST = ("_pytest.", "pytest_asyncio.")


def is_apart(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or any(map(item.get_closest_marker, OF_A_PROFILE)):
        return False
    return file_is_apart(item.path) and all(_fixtures_are_apart(item))


def _fixtures_are_apart(item: pytest.Function) -> Iterator[bool]:
    found = item._fixtureinfo
    asked = [*found.argnames, *(name for mark in item.iter_markers("usefixtures") for name in mark.args)]
    for name in asked:
        # Whatever a parameter of the test itself is called, it is no fixture.
        if name not in FOLDERS and (made := found.name2fixturedefs.get(name)):
            yield _made_apart(made[-1].func)
            asked += (one for one in made[-1].argnames if one not in asked)
    for name in set(found.initialnames) - set(asked):
        made_by = found.name2fixturedefs[name][-1].func
        yield made_by.__module__.startswith("pytest_django.") or _made_apart(made_by, also=OF_EVERY_TEST)


def _made_apart(make: Callable[..., object], *, also: Path | None = None) -> bool:
    path = Path(make.__code__.co_filename)
    return path == also or make.__module__.startswith(OF_PYTEST) or file_is_apart(path)


@cache
def file_is_apart(path: Path) -> bool:
    return all(map(_is_known, _reached(path)))


def _is_known(name: str) -> bool:
    top = name.partition(".")[0]
    if name in ("importlib.util", "os.path"):
        return True
    return top in PLAIN or top == "tests" or (top in sys.stdlib_module_names and top not in DOORS)


def _reached(path: Path) -> set[str]:
    """Names of all modules that the file imports, and that files of the tests import from there on."""
    reached: set[str] = set()
    waiting = [path]
    while waiting:
        for name in _imported(waiting.pop()) - reached:
            reached.add(name)
            waiting += _files_of(name)
    return reached


@cache
def _imported(path: Path) -> frozenset[str]:
    return frozenset(_names_in(ast.parse(path.read_bytes())))


def _names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # A name with dots before it is of a package, for ours are imported by their full names.
            module = "." * node.level + (node.module or "")
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Attribute) and node.attr == "getfixturevalue":
            # Whoever asks for fixtures as it runs may ask for any.
            yield node.attr


def _files_of(name: str) -> list[Path]:
    if not name.startswith("tests"):
        return []
    place = ROOT.joinpath(*name.split("."))
    return [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
