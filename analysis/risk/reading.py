"""Reading a policy document: every refusal names the key by its path and says what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from analysis.risk.points import to_milli

LONGEST_TEXT = 2000
LONGEST_MS = 48 * 3600 * 1000


class PolicyError(ValueError):
    """A policy that cannot be used: `path` is the wrong key (`rules[2].when.op`), `message` the reason."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}" if path else message)


def member(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


class Section:
    """One JSON object of a policy with the path to it; refuses keys that it does not know."""

    __slots__ = ("path", "values")

    def __init__(self, value: object, path: str, known: Iterable[str] | None) -> None:
        if not isinstance(value, dict):
            raise PolicyError(path, f"must be an object, not {kind_of(value)}")
        for key in value:
            if not isinstance(key, str):
                raise PolicyError(path, f"has a key that is not text: {key!r}")
            if known is not None and key not in known:
                raise PolicyError(member(path, key), unknown_key(key, known))
        self.path = path
        self.values: dict[str, object] = value

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def at(self, key: str) -> str:
        return member(self.path, key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise PolicyError(self.at(key), "is missing")
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise PolicyError(self.at(key), "must be text and not empty")
        if len(value) > LONGEST_TEXT:
            raise PolicyError(self.at(key), f"is longer than {LONGEST_TEXT} characters")
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value not in options:
            raise PolicyError(self.at(key), f"must be one of {', '.join(options)}; it is {value!r}")
        return str(value)

    def milliseconds(self, key: str, default: int | None = None, least: int = 0) -> int:
        return self.whole(key, default, least, LONGEST_MS, "a whole number of milliseconds")

    def whole(self, key: str, default: int | None, least: int, most: int, what: str) -> int:
        value = self.values.get(key, default)
        if value is None:
            raise PolicyError(self.at(key), "is missing")
        if isinstance(value, bool) or not isinstance(value, int):
            raise PolicyError(self.at(key), f"must be {what}")
        if not least <= value <= most:
            raise PolicyError(self.at(key), f"must lie between {least} and {most}")
        return value

    def boolean(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise PolicyError(self.at(key), "must be true or false")
        return value

    def milli(self, key: str) -> int:
        if key not in self.values:
            raise PolicyError(self.at(key), "is missing")
        return milli_of(self.values[key], self.at(key))

    def optional_milli(self, key: str) -> int | None:
        return self.milli(key) if self.values.get(key) is not None else None

    def items(self, key: str) -> list[tuple[str, object]]:
        return items_of(self.values.get(key, []), self.at(key))

    def members(self, key: str) -> list[tuple[str, str, object]]:
        inner = Section(self.values.get(key, {}), self.at(key), None)
        return [(name, inner.at(name), value) for name, value in inner.values.items()]


def items_of(value: object, path: str) -> list[tuple[str, object]]:
    """(path, value) of each element of a JSON list."""
    if not isinstance(value, list):
        raise PolicyError(path, f"must be a list, not {kind_of(value)}")
    return [(f"{path}[{index}]", item) for index, item in enumerate(value)]


def milli_of(value: object, path: str) -> int:
    try:
        return to_milli(value)
    except ValueError as error:
        raise PolicyError(path, str(error)) from None


def unknown_key(key: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(key, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(names)}"
    return f"is not a known key; {hint}"


def kind_of(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true/false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "null" if value is None else type(value).__name__)
