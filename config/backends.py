"""Turns the addresses of PostgreSQL, Redis and S3 into what Django's settings hold."""

from typing import Any
from urllib.parse import ParseResult, parse_qsl, unquote, urlparse

from botocore.config import Config

from config.env import SettingInvalid

POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})
REDIS_SCHEMES = frozenset({"redis", "rediss"})


def postgres_database(url: str, *, owner_url: str = "") -> dict[str, Any]:
    """The DATABASES entry for postgres://user:password@host:port/name?option=value.

    `owner_url` names the same database for the role that owns its tables; only `migrate` needs it.
    """
    parts = _parsed("DATABASE_URL", url, POSTGRES_SCHEMES)
    name = _database_of("DATABASE_URL", parts)
    return {
        "ENGINE": "config.postgres",
        "NAME": name,
        **_login(parts),
        "OWNER": _owner(owner_url, name) if owner_url else {},
        # A kept connection would stay open in a thread that has ended; who keeps some: config/pooling.py.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | dict(parse_qsl(parts.query)),
    }


def _owner(url: str, name: str) -> dict[str, str]:
    parts = _parsed("DATABASE_OWNER_URL", url, POSTGRES_SCHEMES)
    if _database_of("DATABASE_OWNER_URL", parts) != name:
        raise SettingInvalid(f"DATABASE_OWNER_URL must name the same database as DATABASE_URL: {name}")
    return _login(parts)


def _login(parts: ParseResult) -> dict[str, str]:
    return {
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def _database_of(variable: str, parts: ParseResult) -> str:
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise SettingInvalid(
            f"{variable} names no database: expected postgres://user:password@host:port/name"
        )
    return name


def redis_url(url: str, database: int) -> str:
    """The address of one numbered database of the Redis server that the address names."""
    parts = _parsed("REDIS_URL", url, REDIS_SCHEMES)
    if parts.path.strip("/"):
        raise SettingInvalid(
            "REDIS_URL must not name a database number: Invigil uses 0, 1, 2 and 3 of its own"
        )
    return parts._replace(path=f"/{database}").geturl()


def redis_cache(url: str, *, prefix: str, timeout_s: int) -> dict[str, Any]:
    return {
        "BACKEND": "config.shared_cache.SharedRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": prefix,
        "TIMEOUT": timeout_s,
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    }


def s3_storage(*, location: str, bucket: str, **options: object) -> dict[str, Any]:
    """One alias of STORAGES: a folder of the bucket, private, never overwriting, with signed addresses."""
    # Newer botocore adds checksums that a presigned PUT from a browser and older S3 servers do not carry.
    client = Config(
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=30,
        retries={"max_attempts": 3, "mode": "standard"},
        s3={"addressing_style": "path"},
    )
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": location,
            "client_config": client,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "querystring_expire": 300,
            **options,
        },
    }


def origin_of(url: str) -> str:
    """What a browser compares: scheme, host and port."""
    parts = urlparse(url)
    return f"{parts.scheme}://{parts.netloc}"


def _parsed(name: str, url: str, schemes: frozenset[str]) -> ParseResult:
    """The parts of an address; a refusal never repeats the address, which may hold a password."""
    parts = urlparse(url)
    if parts.scheme not in schemes:
        raise SettingInvalid(f"{name} must begin with {' or '.join(f'{s}://' for s in sorted(schemes))}")
    try:
        port_known = parts.port is None or parts.port > 0
    except ValueError:
        port_known = False
    if not port_known:
        raise SettingInvalid(f"{name} holds a port that is not a number from 1 to 65535")
    return parts


def mail_backend(host: str) -> str:
    """SMTP where a host is named; without one, whoever needs a mail is told that there is none."""
    return "django.core.mail.backends.smtp.EmailBackend" if host else "accounts.mail.NoMail"
