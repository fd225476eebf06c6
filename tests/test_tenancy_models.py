"""Every table belongs to an institution, asks for a scope, and is invisible from next door."""

import pytest
from django.apps import apps
from django.db import models

from accounts.models import Institution, User
from accounts.tenancy import ScopeMissing, TenantModel, tenant_scope, unscoped
from tests.conftest import Person
from tests.tenancy_house import furnish

# Tables of packages hang on a person or an address, not on an institution: sessions, tokens (simplejwt),
# wrong passwords (axes), second factors and outer sign-ins (allauth).
OURS = ("accounts", "jobs", "webhooks", "exams", "proctoring", "reports", "privacy")
# The tenant itself, and the person, who may work for several.
WITHOUT_TENANT = {Institution, User}

MODELS = [
    model
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    if not model._meta.auto_created  # the link tables of Django's own permissions
]
TENANT_MODELS = [model for model in MODELS if model not in WITHOUT_TENANT]


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)
def test_every_model_belongs_to_an_institution(model: type[models.Model]) -> None:
    assert issubclass(model, TenantModel)
    assert model._meta.default_manager is not None
    assert model._meta.base_manager.__class__ is models.Manager


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_says_which_personal_data_it_holds_and_how_long(model: type[models.Model]) -> None:
    words = (model.__doc__ or "").lower()
    assert "personal data:" in words
    after = words.partition("personal data:")[2]
    assert any(word in after for word in ("kept", "deleted", "as above")), words


@pytest.mark.django_db
@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)
def test_without_a_scope_nothing_is_answered(model: type[TenantModel]) -> None:
    for ask in (
        model.objects.count,
        model.objects.first,
        model.objects.exists,
        lambda: list(model.objects.filter(pk=None)),
    ):
        with pytest.raises(ScopeMissing):
            ask()


@pytest.mark.django_db
def test_the_neighbour_sees_no_row_of_any_model(alice: Person, charlie: Person) -> None:
    with tenant_scope(alice.institution.id):
        furnish()
        own = {model._meta.label: model.objects.count() for model in TENANT_MODELS}
    assert [label for label, count in own.items() if count == 0] == []

    with unscoped("a test compares institutions"):
        alices = {
            model: set(model.objects.filter(institution=alice.institution).values_list("pk", flat=True))
            for model in TENANT_MODELS
        }
    with tenant_scope(charlie.institution.id):
        for model, ids in alices.items():
            assert not model.objects.filter(pk__in=ids).exists(), model
            assert set(model.objects.values_list("institution", flat=True)) <= {charlie.institution.id}, model
