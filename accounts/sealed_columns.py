"""Where sealed values rest, so that all of them can be counted by their keys and sealed anew.

Whoever seals into a row names the column in the setting SEALED_COLUMNS.
"""

import base64
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from accounts import sealing
from accounts.sealing import Sealed


class SealedPlace(Protocol):
    """A kind of sealed value; its rows are read and changed in the scope that the caller has opened."""

    purpose: bytes

    @property
    def name(self) -> str: ...

    def key_ids(self) -> Counter[str]:
        """How many values each key has sealed."""
        ...

    def older(self, newest: str, *, after: Any, limit: int) -> list[models.Model]:
        """Locked rows with values of other keys, in the order of their primary keys."""
        ...

    def reseal(self, row: models.Model) -> None:
        """Seal the row's value with the newest key.

        Raises:
            SealBroken: when it cannot be opened; nothing is changed.
        """
        ...


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column with sealed bytes, one with the key's id, and one with the id that they were sealed for."""

    model: str
    content: str
    key_id: str
    owner: str
    purpose: bytes

    @property
    def name(self) -> str:
        return f"{self.model}.{self.content}"

    def key_ids(self) -> Counter[str]:
        counted = self._sealed().order_by().values_list(self.key_id).annotate(models.Count("pk"))
        return Counter(dict(counted))

    def older(self, newest: str, *, after: Any, limit: int) -> list[models.Model]:
        rows = self._sealed().exclude(**{self.key_id: newest}).order_by("pk")
        rows = rows if after is None else rows.filter(pk__gt=after)
        return list(rows.select_for_update(of=("self",))[:limit])

    def reseal(self, row: models.Model) -> None:
        owner: uuid.UUID = getattr(row, self.owner)
        old = Sealed(getattr(row, self.key_id), bytes(getattr(row, self.content)))
        new = sealing.seal(sealing.unseal(old, owner, purpose=self.purpose), owner, purpose=self.purpose)
        changed = {self.key_id: new.key_id, self.content: new.content}
        type(row)._default_manager.filter(pk=row.pk).update(**changed)

    def _sealed(self) -> models.QuerySet[Any]:
        rows = apps.get_model(self.model)._default_manager.filter(**{f"{self.content}__isnull": False})
        return rows.exclude(**{self.key_id: ""})


@dataclass(frozen=True, slots=True)
class SealedWords:
    """Words inside a JSON column, written as `key id:base64` and sealed for no row."""

    model: str
    column: str
    words: tuple[str, ...]
    purpose: bytes
    owner: uuid.UUID

    @property
    def name(self) -> str:
        return f"{self.model}.{self.column}"

    def key_ids(self) -> Counter[str]:
        rows = apps.get_model(self.model)._default_manager.all().iterator()
        return Counter(sealed.key_id for row in rows for sealed in self._found(row).values())

    def older(self, newest: str, *, after: Any, limit: int) -> list[models.Model]:
        rows = apps.get_model(self.model)._default_manager.select_for_update().order_by("pk")
        rows = rows if after is None else rows.filter(pk__gt=after)
        found: list[models.Model] = []
        for row in rows.iterator():
            if any(sealed.key_id != newest for sealed in self._found(row).values()):
                found.append(row)
            if len(found) == limit:
                break
        return found

    def reseal(self, row: models.Model) -> None:
        value: dict[str, Any] = getattr(row, self.column)
        opened = {
            word: sealing.unseal(sealed, self.owner, purpose=self.purpose)
            for word, sealed in self._found(row).items()
        }
        value |= {word: written(content, self.owner, self.purpose) for word, content in opened.items()}
        row.save(update_fields=[self.column])

    def _found(self, row: models.Model) -> dict[str, Sealed]:
        value: dict[str, Any] = getattr(row, self.column)
        return {word: read(value[word]) for word in self.words if value.get(word)}


def written(content: bytes, owner: uuid.UUID, purpose: bytes) -> str:
    sealed = sealing.seal(content, owner, purpose=purpose)
    return f"{sealed.key_id}:{base64.b64encode(sealed.content).decode()}"


def read(text: str) -> Sealed:
    key_id, _, content = text.partition(":")
    try:
        return Sealed(key_id, base64.b64decode(content))
    except ValueError:
        return Sealed(key_id, b"")


def sealed_places() -> list[SealedPlace]:
    return [place for path in settings.SEALED_COLUMNS for place in import_string(path)]
