"""Rows in which PostgreSQL, Redis or storage is away, full, slow or says no."""

import pwd
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import redis

from tests.faults.ground import Ground
from tests.faults.row import Row
from tests.faults.waiting import let_it_last
from tests.faults.weather import CLEAR, Weather

OUTAGE_S = 8.0
LONG_OUTAGE_S = 20.0
SLOW_DOWN = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
DATABASE_ERRORS = frozenset(
    {"OperationalError", "InterfaceError", "PoolTimeout", "PoolClosed", "AdminShutdown", "CrashShutdown"}
    | {"CannotConnectNow", "ConnectionTimeout", "DiskFull", "TooManyConnections", "QueryCanceled"}
    | {"LockNotAvailable", "ConnectionRefusedError", "InsufficientResources", "InternalError"}
)
REDIS_ERRORS = frozenset(
    {"ConnectionError", "TimeoutError", "OperationalError", "ConnectionRefusedError", "ConnectionResetError"}
    | {"OutOfMemoryError", "ResponseError", "BrokenPipeError", "SchedulingError", "StillAway"}
    | {"ExecAbortError"}
)
STORAGE_ERRORS = frozenset(
    {"EndpointConnectionError", "ConnectionClosedError", "ReadTimeoutError", "ConnectTimeoutError"}
    | {"ClientError", "S3UploadFailedError", "NotNow", "ConnectionResetError", "HTTPClientError"}
    | {"ProtocolError", "RemoteDisconnected", "NewConnectionError", "ConnectionRefusedError", "SSLError"}
)


def stop_redis(ground: Ground) -> None:
    ground.stack.redis.kill()
    let_it_last(OUTAGE_S)
    ground.stack.redis.start()


def stop_redis_for_long(ground: Ground) -> None:
    ground.stack.redis.kill()
    let_it_last(LONG_OUTAGE_S)
    ground.stack.redis.start()


def silence_redis(ground: Ground) -> None:
    ground.redis.set(Weather(blackhole=True))
    let_it_last(OUTAGE_S)
    ground.redis.set(CLEAR)


def flush_redis(ground: Ground) -> None:
    with redis.Redis(port=ground.stack.services.redis.port) as client:
        for _ in range(4):
            client.flushall()
            let_it_last(1)


def fill_redis(ground: Ground) -> None:
    with redis.Redis(port=ground.stack.services.redis.port) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1mb")
        let_it_last(OUTAGE_S)
        client.config_set("maxmemory", "0")


def stop_postgres_fast(ground: Ground) -> None:
    ground.stack.postgres.stop(signal.SIGINT)
    let_it_last(OUTAGE_S)
    ground.stack.postgres.start()


def stop_postgres_at_once(ground: Ground) -> None:
    ground.stack.postgres.stop(signal.SIGQUIT)
    let_it_last(LONG_OUTAGE_S)
    ground.stack.postgres.start()


def take_all_connections(ground: Ground) -> None:
    """Whoever is connected is thrown out, and what is free is taken at once."""
    port = ground.stack.services.postgres.port
    ours = "invigil-faults"
    with ExitStack() as taken, ground.database() as database:
        for _ in range(int(OUTAGE_S * 5)):
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'invigil' AND application_name <> %s",
                [ours],
            )
            with suppress(psycopg.OperationalError):
                while True:
                    taken.enter_context(
                        psycopg.connect(
                            host="127.0.0.1",
                            port=port,
                            user="invigil",
                            dbname="invigil",
                            application_name=ours,
                        )
                    )
            let_it_last(0.2)


def lock_the_log(ground: Ground) -> None:
    with ground.database() as database, database.transaction():
        database.execute("LOCK TABLE proctoring_observation IN ACCESS EXCLUSIVE MODE")
        let_it_last(OUTAGE_S)


def fill_the_disk(ground: Ground) -> None:
    """The log's table moves to a small disk that is then full, and back."""
    folder = Path("/mnt") / f"invigil-small-disk-{ground.stack.port}"
    with small_disk(folder) as disk, ground.database() as database:
        database.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        database.execute("ALTER TABLE proctoring_observation SET TABLESPACE small")
        # Pages that were half empty would take in what comes for a while.
        database.execute("VACUUM FULL proctoring_observation")
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(b"\0" * 4096)
                file.flush()
        let_it_last(OUTAGE_S)
        filler.unlink()
        let_it_last(1)
        database.execute("ALTER TABLE proctoring_observation SET TABLESPACE pg_default")
        database.execute("DROP TABLESPACE small")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of a few megabytes in memory, which belongs to PostgreSQL's user."""
    owner = pwd.getpwnam("nobody").pw_uid
    folder.mkdir(parents=True)
    options = f"size=6m,mode=0700,uid={owner}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def storage_is_down(ground: Ground) -> None:
    ground.s3.down()
    let_it_last(OUTAGE_S)
    ground.s3.up()


def storage_says_slow_down(ground: Ground) -> None:
    ground.s3.set(Weather(answer=SLOW_DOWN))
    # Connections that were kept open would still reach the server itself.
    ground.s3.cut()
    let_it_last(OUTAGE_S)
    ground.s3.set(CLEAR)


def storage_is_cut_midway(ground: Ground) -> None:
    ground.s3.set(Weather(limit_bytes=1500))
    let_it_last(OUTAGE_S)
    ground.s3.set(CLEAR)


ROWS = (
    Row(
        "7",
        "Redis stopped",
        f"killed for {LONG_OUTAGE_S:.0f} s, comes back empty",
        stop_redis_for_long,
        may_say=REDIS_ERRORS,
        seconds=26,
        in_short=True,
    ),
    Row(
        "7b",
        "Redis silent",
        f"answers nothing for {OUTAGE_S:.0f} s and closes nothing",
        silence_redis,
        may_say=REDIS_ERRORS,
    ),
    Row("8", "Redis flushed", "FLUSHALL four times in 4 s", flush_redis, may_say=REDIS_ERRORS),
    Row("9", "Redis full", f"maxmemory 1 MB for {OUTAGE_S:.0f} s", fill_redis, may_say=REDIS_ERRORS),
    Row(
        "10",
        "PostgreSQL stopped fast",
        f"SIGINT, started again after {OUTAGE_S:.0f} s",
        stop_postgres_fast,
        may_say=DATABASE_ERRORS,
        felt_ms=4000,
        in_short=True,
    ),
    Row(
        "10b",
        "PostgreSQL stopped at once",
        f"SIGQUIT, started again after {LONG_OUTAGE_S:.0f} s",
        stop_postgres_at_once,
        may_say=DATABASE_ERRORS,
        felt_ms=10_000,
        seconds=26,
    ),
    Row(
        "11",
        "connections exhausted",
        f"everybody thrown out and every connection taken for {OUTAGE_S:.0f} s",
        take_all_connections,
        may_say=DATABASE_ERRORS,
        felt_ms=2000,
    ),
    Row(
        "12",
        "log locked",
        f"LOCK TABLE for {OUTAGE_S:.0f} s",
        lock_the_log,
        may_say=DATABASE_ERRORS,
        felt_ms=4000,
    ),
    Row(
        "13",
        "disk full",
        f"the log's disk full for {OUTAGE_S:.0f} s",
        fill_the_disk,
        may_say=DATABASE_ERRORS,
        candidates=12,
        felt_ms=2000,
        needs_root=True,
    ),
    Row(
        "14",
        "storage down",
        f"refuses connections for {OUTAGE_S:.0f} s while reports are made",
        at_the_end=storage_is_down,
        may_say=STORAGE_ERRORS,
        in_short=True,
    ),
    Row(
        "14b",
        "storage overloaded",
        f"503 Slow Down for {OUTAGE_S:.0f} s while reports are made",
        at_the_end=storage_says_slow_down,
        may_say=STORAGE_ERRORS,
    ),
    Row(
        "15",
        "upload cut midway",
        f"every connection cut after 1500 bytes for {OUTAGE_S:.0f} s",
        at_the_end=storage_is_cut_midway,
        may_say=STORAGE_ERRORS,
    ),
)
