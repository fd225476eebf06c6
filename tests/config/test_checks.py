"""The deploy checks name every embedded part that a production profile still has."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from config.checks import refuse_embedded_parts

SOUND: dict[str, Any] = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": ["exams.example"],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}},
    "CHANNEL_LAYERS": {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}},
    "STORAGES": {
        "default": {"BACKEND": "storages.backends.s3.S3Storage"},
        "staticfiles": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    },
    "CELERY_TASK_ALWAYS_EAGER": False,
    "CELERY_BROKER_URL": "redis://127.0.0.1/3",
}
LOCAL_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


class Settings:
    """The few settings that the checks read, without touching Django's live connections."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(SOUND | values)


def found(monkeypatch: pytest.MonkeyPatch, **values: Any) -> list[str | None]:
    monkeypatch.setattr("config.checks.settings", Settings(**values))
    return [message.id for message in refuse_embedded_parts(None)]


def test_a_sound_profile_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "invigil.E001"),
        ("CACHES", {"default": SOUND["CACHES"]["default"], "frames": LOCAL_CACHE}, "invigil.E002"),
        (
            "CHANNEL_LAYERS",
            {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
            "invigil.E003",
        ),
        ("STORAGES", {"evidence": FILES, "staticfiles": FILES}, "invigil.E004"),
        ("CELERY_TASK_ALWAYS_EAGER", True, "invigil.E005"),
        ("CELERY_BROKER_URL", "memory://", "invigil.E006"),
        ("ALLOWED_HOSTS", ["exams.example", "*"], "invigil.E007"),
        ("SECRET_KEY", "embedded-only-this-key-is-refused-in-production", "invigil.E008"),
    ],
)
def test_each_embedded_part_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: Any, expected: str
) -> None:
    assert found(monkeypatch, **{name: value}) == [expected]


@pytest.mark.embedded_only
def test_the_embedded_profile_is_refused_whole() -> None:
    with override_settings(SECRET_KEY="embedded-only-this-key-is-refused-in-production"):
        named = {message.id for message in refuse_embedded_parts(None)}
    assert named == {f"invigil.E00{number}" for number in (1, 2, 3, 4, 5, 6, 8)}
    assert "*" not in django_settings.ALLOWED_HOSTS
