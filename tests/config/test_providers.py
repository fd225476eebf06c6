"""Providers come from the environment; a wrong name, address or gap is named."""

import pytest

from config.env import SettingInvalid, SettingMissing
from config.providers import oidc_apps


def test_none_is_none() -> None:
    assert oidc_apps([]) == []


def test_each_has_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_NORTH_NAME", "North University")
    monkeypatch.setenv("OIDC_NORTH_SERVER_URL", "https://id.north.example/realm/")
    monkeypatch.setenv("OIDC_NORTH_CLIENT_ID", "invigil")
    monkeypatch.setenv("OIDC_NORTH_CLIENT_SECRET", "hidden")
    assert oidc_apps(["north"]) == [
        {
            "provider_id": "north",
            "name": "North University",
            "client_id": "invigil",
            "secret": "hidden",
            "settings": {"server_url": "https://id.north.example/realm"},
        }
    ]
    monkeypatch.setenv("OIDC_NORTH_SERVER_URL", "http://id.north.example")
    with pytest.raises(SettingInvalid, match="OIDC_NORTH_SERVER_URL must begin with https://"):
        oidc_apps(["north"])
    monkeypatch.delenv("OIDC_NORTH_CLIENT_SECRET")
    with pytest.raises(SettingMissing, match="OIDC_NORTH_CLIENT_SECRET"):
        oidc_apps(["north"])


@pytest.mark.parametrize("name", ["North", "a b", "../x", "9", "", "é"])
def test_a_wrong_name_is_refused(name: str) -> None:
    with pytest.raises(SettingInvalid, match="OIDC_PROVIDERS"):
        oidc_apps([name])
