"""`python -m tests.services -- COMMAND...` runs it with PostgreSQL, Redis and S3 in its environment."""

import os
import subprocess
import sys

from tests.services.postgres import owner_url, postgres
from tests.services.process import ServiceFailed, end_when_told
from tests.services.redis_server import redis_server
from tests.services.s3 import S3Server, s3_server


def environment(database_url: str, redis_url: str, s3: S3Server) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "DATABASE_OWNER_URL": owner_url(database_url),
        "REDIS_URL": redis_url,
        "S3_ENDPOINT_URL": s3.endpoint_url,
        "S3_BUCKET": s3.bucket,
        "S3_REGION": s3.region,
        "S3_ACCESS_KEY": s3.access_key,
        "S3_SECRET_KEY": s3.secret_key,
        "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "PUBLIC_URL": "http://localhost:8000",
    }


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.services -- COMMAND...", file=sys.stderr)
        return 2
    end_when_told()
    try:
        with postgres() as database_url, redis_server() as redis_url, s3_server() as s3:
            served = os.environ | environment(database_url, redis_url, s3)
            return subprocess.run(command, env=served, check=False).returncode
    except ServiceFailed as error:
        print(error, file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"cannot run {command[0]}: {error}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
