"""Deploy checks: a production profile must not run on the parts that the embedded profile is made of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

TURN_URL = re.compile(r"turns?:([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?")
EMBEDDED_SECRET_PREFIX = "embedded-only"  # noqa: S105 - names the key that is refused


@register(Tags.security, deploy=True)
def refuse_embedded_parts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [
        *_databases(),
        *_caches(),
        *_channel_layers(),
        *_storages(),
        *_celery(),
        *_hosts(),
        *_secret_key(),
    ]


def _databases() -> Iterator[CheckMessage]:
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"] == "django.db.backends.sqlite3":
            yield Error(
                f"The database '{alias}' is SQLite.",
                hint="SQLite has one writer and no row-level security: set DATABASE_URL to PostgreSQL.",
                id="invigil.E001",
            )


def _caches() -> Iterator[CheckMessage]:
    for alias in _aliases_with(settings.CACHES.items(), ("LocMemCache", "DummyCache", "FileBasedCache")):
        yield Error(
            f"The cache '{alias}' is not shared between processes.",
            hint="A worker would not find the frames that a web process parks there: set REDIS_URL.",
            id="invigil.E002",
        )


def _channel_layers() -> Iterator[CheckMessage]:
    for alias in _aliases_with(settings.CHANNEL_LAYERS.items(), ("InMemoryChannelLayer",)):
        yield Error(
            f"The channel layer '{alias}' lives in the memory of one process.",
            hint="Examiners on another process would see nothing live: set REDIS_URL.",
            id="invigil.E003",
        )


def _storages() -> Iterator[CheckMessage]:
    stored = [(alias, storage) for alias, storage in settings.STORAGES.items() if alias != "staticfiles"]
    for alias in _aliases_with(stored, ("FileSystemStorage", "InMemoryStorage")):
        yield Error(
            f"The storage '{alias}' is not shared between machines.",
            hint="Evidence would be lost with the machine: set the S3_ variables.",
            id="invigil.E004",
        )


def _celery() -> Iterator[CheckMessage]:
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        yield Error(
            "Celery runs its tasks inside the caller.",
            hint="Analysis would block the web process: set CELERY_TASK_ALWAYS_EAGER to False.",
            id="invigil.E005",
        )
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        yield Error(
            "Celery's broker lives in the memory of one process.",
            hint="No worker would ever see a task: set REDIS_URL.",
            id="invigil.E006",
        )


def _hosts() -> Iterator[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS holds '*'.",
            hint="Links in mails and reports could be made to point elsewhere: name the hosts.",
            id="invigil.E007",
        )


def _secret_key() -> Iterator[CheckMessage]:
    if settings.SECRET_KEY.startswith(EMBEDDED_SECRET_PREFIX):
        yield Error(
            "SECRET_KEY is the one that the embedded profile publishes.",
            hint="Anybody could sign a session cookie: set SECRET_KEY or SECRET_KEY_FILE.",
            id="invigil.E008",
        )


def _aliases_with(entries: Iterable[tuple[str, dict[str, Any]]], class_names: tuple[str, ...]) -> list[str]:
    return [alias for alias, entry in entries if entry["BACKEND"].rpartition(".")[2] in class_names]


@register(Tags.security)
def refuse_half_a_turn_server(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [*_turn_urls(), *_turn_secret(), *_relay()]


def _turn_urls() -> Iterator[CheckMessage]:
    for url in settings.TURN_URLS:
        if not TURN_URL.fullmatch(url):
            yield Error(
                f"TURN_URLS holds '{url}', which no browser would take.",
                hint="Write turn:host:port or turns:host:port, and ?transport=udp or =tcp after it.",
                id="invigil.E009",
            )


def _turn_secret() -> Iterator[CheckMessage]:
    if settings.TURN_URLS and not settings.TURN_SECRET:
        yield Error(
            "TURN_URLS names servers, and there is no TURN_SECRET to make credentials of.",
            hint="Set TURN_SECRET or TURN_SECRET_FILE to the static-auth-secret of those servers.",
            id="invigil.E010",
        )


def _relay() -> Iterator[CheckMessage]:
    if settings.LIVE_VIDEO_RELAY_ONLY and not settings.TURN_URLS:
        yield Error(
            "LIVE_VIDEO_RELAY_ONLY lets live video go over TURN servers alone, and TURN_URLS names none.",
            hint="Set TURN_URLS, or no live video can be seen.",
            id="invigil.E011",
        )
