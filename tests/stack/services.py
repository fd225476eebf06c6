"""PostgreSQL that keeps what it promised, Redis and S3, as the processes of a stack are told of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.services.__main__ import environment
from tests.services.postgres import DATABASE, PostgresServer, running_postgres
from tests.services.redis_server import RedisServer, running_redis
from tests.services.s3 import RunningS3, running_s3


@dataclass(frozen=True, slots=True)
class Services:
    postgres: PostgresServer
    redis: RedisServer
    s3: RunningS3

    @property
    def reading_url(self) -> str:
        """The database's superuser, who sees every institution: for looking at what became of things."""
        return f"postgresql://postgres@127.0.0.1:{self.postgres.port}/{DATABASE}"

    def environment(self) -> dict[str, str]:
        return environment(self.postgres.url, self.redis.url, self.s3.server)


@contextmanager
def running_services(*, durable: bool = True, max_connections: int = 60) -> Iterator[Services]:
    """Each can be stopped and started again: `services.redis.program.stop()`, `.start()`, `.kill()`."""
    with (
        running_postgres(durable=durable, max_connections=max_connections) as database,
        running_redis() as redis,
        running_s3() as s3,
    ):
        yield Services(database, redis, s3)
