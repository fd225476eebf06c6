"""The API describes itself completely, and its page asks no other host."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

REFUSALS = {"400", "401", "429"}


def test_the_description_is_valid_and_without_a_warning(tmp_path: object) -> None:
    GENERATOR_STATS.reset()
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", f"{tmp_path}/schema.yml")


# What is not in the address can be unknown as well.
NAMED_IN_BODY = {
    ("/api/v1/allowances/", "post"),
    ("/api/v1/privacy/holds/", "post"),
    ("/api/v1/privacy/requests/", "post"),
    ("/api/v1/sessions/", "post"),
}


def test_every_operation_names_its_refusals_and_what_it_does() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    assert schema["openapi"] == "3.1.1"
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert set(operation["responses"]) >= REFUSALS, (path, method)
            assert operation["summary"], (path, method)
            names = "{" in path or (path, method) in NAMED_IN_BODY
            assert ("404" in operation["responses"]) == names, (path, method)


def test_no_body_takes_what_is_not_described() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    bodies = {name: one for name, one in schema["components"]["schemas"].items() if name.endswith("Request")}
    assert bodies
    assert {name for name, one in bodies.items() if one["additionalProperties"] is not False} == set()


@pytest.mark.django_db
def test_everybody_may_read_it() -> None:
    response = Client().get("/api/v1/schema/")
    assert response.status_code == 200
    assert "openapi: 3.1.1" in response.content.decode()


@pytest.mark.django_db
def test_it_is_the_same_in_every_language(marking: None) -> None:
    assert "⟦" not in Client().get("/api/v1/schema/").content.decode()


@pytest.mark.django_db
def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    assert 'data-schema="/api/v1/schema/"' in page
    assert all(address.startswith("/") for address in re.findall(r'(?:src|href)="([^"#]+)"', page))
