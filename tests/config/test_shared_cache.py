"""Threads of one process share connections to Redis; nobody shares them with another database."""

import threading
from typing import Any

import pytest
from django.core.cache import caches

from config.backends import redis_cache
from config.shared_cache import SharedRedisCache
from tests.services.redis_server import redis_server

ADDRESS = "redis://127.0.0.1:1/1"


def client_of(address: str) -> Any:
    entry = redis_cache(address, prefix="test", timeout_s=60)
    cache = SharedRedisCache(address, {"OPTIONS": entry["OPTIONS"], "KEY_PREFIX": entry["KEY_PREFIX"]})
    return cache._cache.get_client(write=True)


def pool_of(address: str) -> Any:
    return client_of(address).connection_pool


def test_the_settings_name_it(settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "shared": redis_cache(ADDRESS, prefix="test", timeout_s=60)}
    assert isinstance(caches["shared"], SharedRedisCache)


def test_threads_share_connections() -> None:
    pools: list[Any] = []
    threads = [threading.Thread(target=lambda: pools.append(pool_of(ADDRESS))) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert len({id(pool) for pool in [*pools, pool_of(ADDRESS)]}) == 1
    assert pools[0].connection_kwargs["socket_timeout"] == 5
    assert client_of(ADDRESS) is client_of(ADDRESS)


@pytest.mark.slow
@pytest.mark.embedded_only
def test_adding_to_a_number_keeps_its_time_and_makes_none() -> None:
    with redis_server() as url:
        cache = SharedRedisCache(f"{url}/1", {"KEY_PREFIX": "test"})
        cache.add("tries", 2, timeout=60)
        assert (cache.incr("tries"), cache.incr("tries", 5), cache.get("tries")) == (3, 8, 8)
        assert 0 < cache._cache.get_client().ttl(cache.make_and_validate_key("tries")) <= 60
        with pytest.raises(ValueError, match="no key"):
            cache.incr("nothing")
        assert cache.get("nothing") is None


def test_another_database_has_connections_of_its_own() -> None:
    assert pool_of(ADDRESS) is not pool_of("redis://127.0.0.1:1/2")
