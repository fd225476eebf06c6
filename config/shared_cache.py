"""Redis as a cache whose connections outlive the request that opened them."""

from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

_ADD_TO_KNOWN = (
    "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('INCRBY', KEYS[1], ARGV[1]) end return nil"
)


class _SharedClient(RedisCacheClient):
    """One pool of connections for an address in a process; Django has one for each thread.

    Every request of an ASGI server runs in a thread of its own, and would open connections of its own.
    """

    _of_process: ClassVar[dict[tuple[str, ...], dict[int, Any]]] = {}
    _clients: ClassVar[dict[int, Any]] = {}

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._pools = self._of_process.setdefault(tuple(servers), {})

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """One for a pool; to make a client takes longer than most of what is asked of it."""
        pool = self._get_connection_pool(write)
        client = self._clients.get(id(pool))
        if client is None or client.connection_pool is not pool:
            client = self._clients[id(pool)] = self._client(connection_pool=pool)
        return client

    def incr(self, key: str, delta: int) -> int:
        """In one question, where Django asks two: every request of a program is counted."""
        found: int | None = self.get_client(key, write=True).eval(_ADD_TO_KNOWN, 1, key, delta)
        if found is None:
            raise ValueError(f"There is no key {key!r}.")
        return found


class SharedRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _SharedClient
