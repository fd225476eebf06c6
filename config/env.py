"""Reads settings from the environment; `NAME_FILE` may name a file that holds the value of a secret."""

import os
from pathlib import Path

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class SettingMissing(Exception):
    """A required environment variable is not set."""


class SettingInvalid(Exception):
    """An environment variable is set to something that cannot be used."""


def required(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise SettingMissing(f"{name} is not set: this profile needs the environment variable {name}")
    return value


def text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, least: int | None = None) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingInvalid(f"{name} must be a whole number, not {value!r}") from None
    if least is not None and number < least:
        raise SettingInvalid(f"{name} must be at least {least}, not {number}")
    return number


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise SettingInvalid(f"{name} must be one of true, false, 1, 0, yes, no, on, off, not {value!r}")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    return _split(os.environ.get(name, "")) or list(default)


def required_words(name: str) -> list[str]:
    found = _split(required(name))
    if not found:
        raise SettingInvalid(f"{name} must name at least one value, separated by commas")
    return found


def secret(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names; never an empty one."""
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return _secret_from_environment(name)
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"{name}_FILE names {path}, which cannot be read: {error}") from error
    if not value:
        raise SettingInvalid(f"{name}_FILE names {path}, which is empty")
    return value


def secret_or(name: str, default: str) -> str:
    """A secret that need not be set; an empty file is still a mistake."""
    wanted = os.environ.get(f"{name}_FILE", "").strip() or os.environ.get(name, "").strip()
    return secret(name) if wanted else default


def secret_words(name: str) -> list[str]:
    """Secrets separated by commas or by lines, from NAME or from the file that NAME_FILE names."""
    return [word for line in secret_or(name, "").splitlines() for word in _split(line)]


def _secret_from_environment(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise SettingMissing(
            f"{name} is not set: this profile needs {name}, or {name}_FILE with a path to it"
        )
    return value


def _split(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]
