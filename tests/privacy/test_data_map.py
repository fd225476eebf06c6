"""The data map knows every table and every storage, and what it says of their end is true."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string

from accounts.retention import DataClass
from privacy.data_map import FOLDERS, TABLES, personal, tables

ROOT = Path(__file__).resolve().parent.parent.parent
MODELS = sorted(tables(), key=lambda model: model._meta.label)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_has_its_line(model: type) -> None:
    label = model._meta.label  # type: ignore[attr-defined]
    assert label in TABLES, f"{label}: say in privacy/data_map.py how long it lives and what deletes it"
    assert personal(model)


def test_no_line_is_of_a_table_that_is_gone() -> None:
    assert set(TABLES) == {model._meta.label for model in MODELS}


def test_every_storage_has_its_line() -> None:
    assert set(FOLDERS) == set(settings.STORAGES) - {"staticfiles"}


@pytest.mark.parametrize("label", sorted(TABLES))
def test_what_deletes_it_is_there(label: str) -> None:
    life = TABLES[label]
    if life.deleted_by:
        assert callable(import_string(life.deleted_by))
    else:
        assert life.data_class is None
        assert re.search("with the institution|account is deleted", life.until)


def test_every_class_holds_something_but_the_days_after_a_decision() -> None:
    used = {life.data_class for life in TABLES.values()} - {None}
    assert used == set(DataClass) - {DataClass.AFTER_DECISION}


def test_the_document_is_what_the_command_prints() -> None:
    out = io.StringIO()
    call_command("datamap", stdout=out)
    document = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert out.getvalue() in document, "Run `manage.py datamap` and put what it prints into docs/privacy.md."
