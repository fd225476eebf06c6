"""What production sets for cookies, and what a server with these settings does not show."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.test import Client

from tests.config.test_production import COMPLETE, ROOT

NAMES = (
    *("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"),
    *("SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE"),
    *("CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_DOMAIN", "CSRF_COOKIE_PATH", "SECURE_SSL_REDIRECT"),
    *("SECURE_HSTS_SECONDS", "DEBUG"),
)
PRINTED = (
    "import json; from django.conf import settings; "
    f"print(json.dumps([getattr(settings, name) for name in {NAMES!r}]))"
)


def test_cookies_belong_to_one_host_over_tls() -> None:
    environment = COMPLETE | {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
    }
    done = subprocess.run(
        [sys.executable, "-c", PRINTED],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert dict(zip(NAMES, json.loads(done.stdout), strict=True)) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_DOMAIN": None,
        "SESSION_COOKIE_PATH": "/",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_PATH": "/",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "DEBUG": False,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("folder", ["/static/", "/static/dist/", "/.git/config", "/static/../manage.py"])
def test_no_folder_is_listed(folder: str) -> None:
    answer = Client().get(folder)
    assert answer.status_code == 404
    assert b"Index of" not in answer.content


@pytest.mark.django_db
def test_a_line_break_in_an_address_makes_no_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Client(headers={"User-Agent": "x\r\nroot CRITICAL forged"}).get("/nowhere%0d%0aroot CRITICAL forged/")
        Client().post("/login/", {"email": "a@b.example\r\nroot CRITICAL forged", "password": "x" * 12})
    assert [record.getMessage() for record in caplog.records if "\n" in record.getMessage()] == []
