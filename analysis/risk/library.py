"""Policies by name or from a file: the only module of the risk engine that reads anything."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.risk.policy import Policy, parse_policy
from analysis.risk.reading import PolicyError

DEFAULT_POLICY = "default"
BUILT_IN = Path(__file__).parent.parent / "policies"
LARGEST_BYTES = 1024 * 1024


def load_policy(name_or_path: str | Path = DEFAULT_POLICY, *, presets_dir: Path | None = None) -> Policy:
    """A policy by name (built in, or a file of `presets_dir`), or from a JSON file.

    Raises:
        PolicyError: no such policy, not JSON, or a wrong key in it.
    """
    path = _find(str(name_or_path), presets_dir)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise PolicyError("", f"{path.name} is larger than {LARGEST_BYTES} bytes")
        document = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise PolicyError("", f"{path.name} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, PolicyError):
            raise
        raise PolicyError("", f"{path.name} is not JSON: {error}") from None
    return parse_policy(document)


def policy_names(*, presets_dir: Path | None = None) -> tuple[str, ...]:
    """The names that `load_policy` knows: the default first, then the others in order."""
    folders = [BUILT_IN, *([presets_dir] if presets_dir is not None else [])]
    names = {path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.json")}
    return (DEFAULT_POLICY, *sorted(names - {DEFAULT_POLICY}))


def _find(name: str, presets_dir: Path | None) -> Path:
    if name in policy_names(presets_dir=presets_dir):
        built_in = BUILT_IN / f"{name}.json"
        return built_in if built_in.is_file() or presets_dir is None else presets_dir / f"{name}.json"
    path = Path(name)
    if path.is_file():
        return path
    known = ", ".join(policy_names(presets_dir=presets_dir))
    raise PolicyError("", f"there is no policy {name!r}, neither a file nor one of: {known}")


def _refuse_constant(name: str) -> float:
    raise PolicyError("", f"{name} is not a number of JSON")
