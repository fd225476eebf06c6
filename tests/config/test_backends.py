"""Addresses become settings; a refusal names the variable and never repeats a password."""

import pytest

from config.backends import mail_backend, origin_of, postgres_database, redis_url, s3_storage
from config.env import SettingInvalid


def test_the_origin_of_an_address_has_no_path() -> None:
    assert origin_of("https://s3.example:9000/bucket/") == "https://s3.example:9000"


def test_postgres_address_with_every_part() -> None:
    url = "postgresql://invigil:p%40ss@db.example:6432/exams?sslmode=require"
    assert postgres_database(url) == {
        "ENGINE": "config.postgres",
        "NAME": "exams",
        "USER": "invigil",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OWNER": {},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
    }


def test_the_owner_of_the_tables_has_an_address_of_its_own() -> None:
    owner_url = "postgresql://owner:own%40r@admin.example/exams"
    database = postgres_database("postgresql://invigil@db.example:6432/exams", owner_url=owner_url)
    assert database["OWNER"] == {"USER": "owner", "PASSWORD": "own@r", "HOST": "admin.example", "PORT": ""}
    with pytest.raises(SettingInvalid, match="DATABASE_OWNER_URL must name the same database"):
        postgres_database("postgresql://invigil@db.example/other", owner_url=owner_url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///x.db", "must begin with postgres:// or postgresql://"),
        ("postgres://user:hidden@host:5432", "names no database"),
        ("postgres://user:hidden@host:99999/x", "port that is not a number"),
        ("postgres://user:hidden@host:abc/x", "port that is not a number"),
    ],
)
def test_a_wrong_postgres_address_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(SettingInvalid, match="DATABASE_URL") as refusal:
        postgres_database(url)
    assert words in str(refusal.value)
    assert "hidden" not in str(refusal.value)


def test_redis_databases_are_numbered_by_us() -> None:
    assert redis_url("redis://:key@cache.example:6380", 2) == "redis://:key@cache.example:6380/2"
    assert redis_url("rediss://cache.example/", 0) == "rediss://cache.example/0"
    with pytest.raises(SettingInvalid, match="REDIS_URL must not name a database number"):
        redis_url("redis://cache.example/5", 1)
    with pytest.raises(SettingInvalid, match="REDIS_URL must begin with redis:// or rediss://"):
        redis_url("http://cache.example", 1)


def test_s3_files_are_private_and_never_overwritten() -> None:
    options = s3_storage(location="evidence", bucket="b", region_name="r")["OPTIONS"]
    assert options["location"] == "evidence"
    assert options["bucket_name"] == "b"
    assert options["region_name"] == "r"
    assert options["file_overwrite"] is False
    assert options["querystring_auth"] is True
    assert options["client_config"].request_checksum_calculation == "when_required"


def test_mail_goes_by_smtp_where_a_host_is_named() -> None:
    assert mail_backend("mail.example") == "django.core.mail.backends.smtp.EmailBackend"
    assert mail_backend("") == "accounts.mail.NoMail"
