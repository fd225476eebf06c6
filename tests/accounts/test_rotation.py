"""Keys are turned while both are readable; one that is still needed is not let go unnoticed."""

from io import StringIO
from itertools import pairwise

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from accounts import rotation, sealing
from accounts.sealed_columns import SealedColumn, SealedWords, sealed_places
from accounts.second_factor import FactorAdapter
from accounts.tenancy import tenant_scope, unscoped
from tests.conftest import Person
from tests.webhooks.endpoints import make_endpoint
from webhooks.models import Endpoint
from webhooks.secrets import signing_keys

pytestmark = pytest.mark.django_db

OLD, NEW = "o" * 40, "n" * 40
FACTORS = ("secret", "seed")


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def two_factors(alice: Person, settings: LazySettings) -> list[Authenticator]:
    settings.FIELD_KEYS = [OLD]
    adapter = FactorAdapter()
    return [
        Authenticator.objects.create(
            user=alice.user, type=kind, data={word: adapter.encrypt(word), "kept": 1}
        )
        for kind, word in zip(
            (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES), FACTORS, strict=True
        )
    ]


@pytest.fixture
def endpoints(alice: Person, charlie: Person, settings: LazySettings) -> list[Endpoint]:
    settings.FIELD_KEYS = [OLD]
    made = []
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            made += [make_endpoint() for _ in range(2)]
    return made


def keys_of(endpoints: list[Endpoint]) -> list[list[bytes]]:
    found = []
    for endpoint in endpoints:
        with tenant_scope(endpoint.institution_id):
            found.append(signing_keys(Endpoint.objects.get(id=endpoint.id), timezone.now()))
    return found


def test_everything_is_sealed_anew_and_the_old_key_may_go(
    endpoints: list[Endpoint], two_factors: list[Authenticator], settings: LazySettings
) -> None:
    before = keys_of(endpoints)
    settings.FIELD_KEYS = [NEW, OLD]
    assert keys_of(endpoints) == before
    said = run("--batch", "3")
    assert "webhooks.Endpoint.secret_sealed: 4 sealed anew, 0 could not be opened." in said
    assert "mfa.Authenticator.data: 2 sealed anew, 0 could not be opened." in said
    assert said[-3:] == [
        "FIELD_KEYS, number 1 (seals what is new): 6 values.",
        "FIELD_KEYS, number 2 (an older key): 0 values; nothing in the database needs it to be opened.",
        "SECRET_KEY (an older key): 0 values; nothing in the database needs it to be opened.",
    ]
    settings.FIELD_KEYS = [NEW]
    assert keys_of(endpoints) == before
    for factor, word in zip(two_factors, FACTORS, strict=True):
        factor.refresh_from_db()
        assert FactorAdapter().decrypt(factor.data[word]) == word
        assert factor.data["kept"] == 1
    assert rotation.lost() == []


def test_a_value_moves_from_the_secret_key_to_one_of_its_own(alice: Person, settings: LazySettings) -> None:
    settings.FIELD_KEYS = []
    with tenant_scope(alice.institution.id):
        endpoints = [make_endpoint()]
    before = keys_of(endpoints)
    assert rotation.by_key() == {"SECRET_KEY": 1}
    settings.FIELD_KEYS = [NEW]
    assert rotation.by_key() == {"FIELD_KEYS": 0, "SECRET_KEY": 1}
    run()
    assert rotation.by_key() == {"FIELD_KEYS": 1, "SECRET_KEY": 0}
    settings.SECRET_KEY = "another secret key of this installation"
    assert keys_of(endpoints) == before


def test_a_run_that_was_stopped_goes_on_where_it_was(
    endpoints: list[Endpoint], settings: LazySettings
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    place = next(one for one in sealed_places() if one.name == "webhooks.Endpoint.secret_sealed")
    newest = sealing.keyring()[0].id_for(place.purpose)
    with unscoped("a test"):
        first = place.older(newest, after=None, limit=1)
        place.reseal(first[0])
        left = place.older(newest, after=None, limit=10)
    assert (len(first), len(left)) == (1, 3)
    assert all(one.pk < other.pk for one, other in pairwise(left))
    assert "webhooks.Endpoint.secret_sealed: 3 sealed anew, 0 could not be opened." in run()
    assert "webhooks.Endpoint.secret_sealed: 0 sealed anew, 0 could not be opened." in run()


def test_a_key_that_went_too_early_is_asked_for(endpoints: list[Endpoint], settings: LazySettings) -> None:
    settings.FIELD_KEYS = [NEW]
    (lost,) = rotation.lost()
    assert (lost.place, lost.count, lost.key) == ("webhooks.Endpoint.secret_sealed", 4, None)
    for arguments in ([], ["--check"]):
        with pytest.raises(
            CommandError, match=r"opens 4 of webhooks\.Endpoint\.secret_sealed .*Put the missing"
        ):
            run(*arguments)
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotation.lost() == []
    assert len(keys_of(endpoints)) == 4


def test_checking_changes_nothing(endpoints: list[Endpoint], settings: LazySettings) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    assert run("--check") == [
        "FIELD_KEYS, number 1 (seals what is new): 0 values.",
        "FIELD_KEYS, number 2 (an older key): 4 values.",
        "SECRET_KEY (an older key): 0 values; nothing in the database needs it to be opened.",
    ]
    assert rotation.by_key() == {"FIELD_KEYS, number 1": 0, "FIELD_KEYS, number 2": 4, "SECRET_KEY": 0}


def test_what_was_changed_is_counted_and_left_as_it_is(
    endpoints: list[Endpoint], settings: LazySettings
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    with tenant_scope(endpoints[0].institution_id):
        Endpoint.objects.filter(id=endpoints[0].id).update(secret_sealed=b"x" * 40)
    assert "webhooks.Endpoint.secret_sealed: 3 sealed anew, 1 could not be opened." in run("--batch", "1")
    with tenant_scope(endpoints[0].institution_id):
        assert bytes(Endpoint.objects.get(id=endpoints[0].id).secret_sealed) == b"x" * 40


def test_no_batch_is_refused() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run("--batch", "0")


def test_every_sealed_column_is_known() -> None:
    named = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and "sealed" in field.name
    }
    known = {(one.model, one.content) for one in sealed_places() if isinstance(one, SealedColumn)}
    assert known == named
    assert [one.name for one in sealed_places() if isinstance(one, SealedWords)] == ["mfa.Authenticator.data"]
    for one in sealed_places():
        if isinstance(one, SealedColumn):
            fields = {field.attname for field in apps.get_model(one.model)._meta.concrete_fields}
            assert {one.content, one.key_id, one.owner} <= fields
