"""The servers are real ones: they refuse what the real ones refuse, and they are gone afterwards."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import psycopg
import pytest
import redis
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.services.postgres import owner_url, postgres
from tests.services.process import ServiceFailed, accepts_connections, free_port, running
from tests.services.redis_server import redis_server
from tests.services.s3 import S3Server, s3_server

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def s3_client(server: S3Server, secret_key: str):  # noqa: ANN201 - botocore builds the class at run time
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
        ),
    )


def test_postgres_binds_the_application_to_row_level_security() -> None:
    with postgres() as url:
        with psycopg.connect(url) as connection:
            role = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = user"
            ).fetchone()
            (version,) = connection.execute("SHOW server_version_num").fetchone() or ("0",)
        with psycopg.connect(owner_url(url)) as connection:
            owner = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = user"
            ).fetchone()
        assert role == ("invigil", False, False, False)
        assert owner == ("invigil_owner", False, False)
        assert int(version) >= 150000
    port = urlsplit(url).port
    assert port is not None
    assert not accepts_connections(port)


def test_redis_keeps_and_forgets() -> None:
    with redis_server() as url, redis.Redis.from_url(url) as client:
        client.set("frame", b"bytes", px=60_000)
        assert client.get("frame") == b"bytes"
    port = urlsplit(url).port
    assert port is not None
    assert not accepts_connections(port)


def test_s3_checks_signatures() -> None:
    with s3_server() as server:
        client = s3_client(server, server.secret_key)
        client.put_object(Bucket=server.bucket, Key="evidence/1.jpg", Body=b"bytes")
        assert client.get_object(Bucket=server.bucket, Key="evidence/1.jpg")["Body"].read() == b"bytes"
        client.close()
        stranger = s3_client(server, "wrong")
        with pytest.raises(ClientError) as refusal:
            stranger.get_object(Bucket=server.bucket, Key="evidence/1.jpg")
        stranger.close()
    assert refusal.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_a_server_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", "print('no room left'); raise SystemExit(3)"]
    start = running("Example", command, log=tmp_path / "log", ready=lambda: accepts_connections(port))
    with pytest.raises(ServiceFailed, match=r"Example ended with status 3:\nno room left"), start:
        pass


def test_a_command_runs_with_the_services_and_keeps_its_status() -> None:
    shown = "import os; print('DATABASE_URL', os.environ['DATABASE_URL']); raise SystemExit(7)"
    done = subprocess.run(
        [sys.executable, "-m", "tests.services", "--", sys.executable, "-c", shown],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 7, done.stderr
    assert re.fullmatch(r"DATABASE_URL postgresql://invigil@127\.0\.0\.1:\d+/invigil\n", done.stdout)


def test_a_missing_command_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.services"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr == "usage: python -m tests.services -- COMMAND...\n"
