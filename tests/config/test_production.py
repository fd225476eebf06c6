"""The production profile asks for each variable by name and passes Django's deploy checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "k3y-of-a-test-with-many-different-characters-0123456789-ABCDEFGH",
    "ALLOWED_HOSTS": "exams.example",
    "PUBLIC_URL": "https://exams.example",
    "DATABASE_URL": "postgresql://invigil:secret@db.example/invigil",
    "REDIS_URL": "redis://redis.example",
    "S3_ENDPOINT_URL": "https://s3.example",
    "S3_BUCKET": "exams",
    "S3_REGION": "eu-1",
    "S3_ACCESS_KEY": "access",
    "S3_SECRET_KEY": "secret",
}


def manage(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        env=kept | {"DJANGO_SETTINGS_MODULE": "config.settings.production"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_each_missing_variable_is_named(name: str) -> None:
    settings = "import config.settings.production"
    environment = {key: value for key, value in COMPLETE.items() if key != name}
    done = subprocess.run(
        [sys.executable, "-c", settings],
        env=environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"{name} is not set" in done.stderr.splitlines()[-1]


def test_deploy_checks_pass_on_a_complete_environment() -> None:
    done = manage(
        "check --deploy --fail-level WARNING",
        COMPLETE | {"HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")


def test_deploy_checks_refuse_any_host() -> None:
    done = manage("check --deploy", COMPLETE | {"ALLOWED_HOSTS": "*"})
    assert done.returncode == 1
    assert "invigil.E007" in done.stderr
