"""Web processes, Celery workers and beat of the production profile, each to be killed and started by name.

    with running_stack(web=2) as stack:
        seeded = stack.seed(candidates=10)               # an exam with running sittings, by the real services
        stack.web[0].kill()                              # SIGKILL, with what it started; .start() again
        stack.postgres.stop(signal.SIGQUIT)              # at once; without an argument a fast shutdown
        stack.postgres.start()                           # same port, same data
        stack.redis.stop(), stack.s3.stop()              # Redis comes back empty, S3 with everything
        os.kill(stack.worker("frames").children()[0], signal.SIGKILL)
        stack.beat.freeze(), stack.beat.thaw()
        stack.log_text()                                 # what every process of the stack wrote

A proxy between the processes and a service: start the services first, then say where they are:

    with running_services() as services, proxy_before(services.redis.port) as proxy:
        with running_stack(services=services, environment={"REDIS_URL": proxy.url}) as stack: ...

`environment` also takes DJANGO_SETTINGS_MODULE (a module that imports everything from
`tests.stack.settings`), FRAME_OBSERVER, LOG_LEVEL and whatever else the settings read.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.process import Program, ServiceFailed, accepts_connections, all_started, free_port
from tests.stack.seeded import Seeded
from tests.stack.servers import OURS, command
from tests.stack.services import Services, running_services

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "tests.stack.settings"
PYTHON = (sys.executable, "-W", "ignore")
COMMAND_LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class Worker:
    """A Celery worker: the queues that it takes and how many processes do the work; more words for Celery."""

    name: str
    queues: tuple[str, ...]
    processes: int = 1
    options: tuple[str, ...] = ()

    def command(self) -> list[str]:
        words = f"-m celery -A config worker -n {self.name}@stack -Q {','.join(self.queues)}"
        often = ("-c", str(self.processes), "--loglevel=INFO", "--without-gossip")
        return [*PYTHON, *words.split(), *often, *self.options]


# Every queue of docs/workers.md, by few processes; frames never wait for the rest.
FEW_WORKERS = (
    Worker("frames", ("frames",)),
    Worker("folds", ("folds",)),
    Worker("looks", ("inspect", "audio", "programs", "evidence")),
    Worker("jobs", ("jobs", "celery", "webhooks")),
)


@dataclass(frozen=True, slots=True)
class Stack:
    """What runs: `url` is the port that the web processes share, `urls` each one's own."""

    services: Services
    environment: Mapping[str, str]
    folder: Path
    port: int
    own_ports: tuple[int, ...]
    web: tuple[Program, ...]
    workers: tuple[Program, ...]
    beat: Program

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"http://127.0.0.1:{port}" for port in self.own_ports)

    @property
    def postgres(self) -> Program:
        return self.services.postgres.program

    @property
    def redis(self) -> Program:
        return self.services.redis.program

    @property
    def s3(self) -> Program:
        return self.services.s3.proxy

    def worker(self, name: str) -> Program:
        return next(worker for worker in self.workers if worker.name == name)

    def seed(self, *, candidates: int, institution: str = "North", exam: Mapping[str, object] = {}) -> Seeded:
        """An institution with one exam that all of them sit at this moment; `exam` names settings of it."""
        options = ["--candidates", str(candidates), "--institution", institution, "--exam", json.dumps(exam)]
        return Seeded.of(json.loads(self.run("-m", "tests.stack.seed", *options)))

    def run(self, *arguments: str) -> str:
        """What a program says that runs beside the stack: `stack.run("manage.py", "check")`."""
        return run_python(self.environment, *arguments)

    def log_text(self) -> str:
        return "".join(program.log.read_text(errors="replace") for program in self.processes)

    @property
    def processes(self) -> tuple[Program, ...]:
        return (*self.web, *self.workers, self.beat)


@contextmanager
def running_stack(
    *,
    web: int = 2,
    workers: Sequence[Worker] = FEW_WORKERS,
    services: Services | None = None,
    environment: Mapping[str, str] | None = None,
    server: str = OURS,
    static: bool = False,
    port: int | None = None,
) -> Iterator[Stack]:
    """Everything started and ready.

    `server` is a name of `tests.stack.servers`; `static` collects what pages ask for, which takes a while.
    """
    with ExitStack() as exits:
        name = exits.enter_context(tempfile.TemporaryDirectory(prefix="invigil-stack-"))
        folder = Path(name)
        if services is None:
            services = exits.enter_context(running_services())
        port = port or free_port()
        served = _environment(services, folder, port) | dict(environment or {})
        _prepare(served, folder, static=static)
        own_ports = tuple(free_port() for _ in range(web))
        stack = Stack(
            services,
            served,
            folder,
            port,
            own_ports,
            web=tuple(
                _web(number, command(server, port, own), own, served, folder)
                for number, own in enumerate(own_ports)
            ),
            workers=tuple(_worker(worker, served, folder) for worker in workers),
            beat=_beat(served, folder),
        )
        exits.enter_context(all_started(stack.processes))
        yield stack


def run_python(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [*PYTHON, *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_LIMIT_S,
    )
    if done.returncode:
        raise ServiceFailed(f"{' '.join(arguments)} ended with status {done.returncode}:\n{done.stderr}")
    return done.stdout


def _environment(services: Services, folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        **services.environment(),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(served: Mapping[str, str], folder: Path, *, static: bool) -> None:
    (folder / "static").mkdir()
    run_python(served, "manage.py", "migrate", "--verbosity=0")
    if static:
        run_python(served, "manage.py", "collectstatic", "--no-input", "--verbosity=0")


def _web(number: int, words: Sequence[str], own: int, served: Mapping[str, str], folder: Path) -> Program:
    return Program(
        f"web {number}",
        [*PYTHON, *words],
        folder / f"web-{number}.log",
        ready=lambda _: accepts_connections(own),
        environment=served,
        cwd=str(ROOT),
    )


def _worker(worker: Worker, served: Mapping[str, str], folder: Path) -> Program:
    return Program(
        worker.name,
        worker.command(),
        folder / f"worker-{worker.name}.log",
        ready=lambda program: f"{worker.name}@stack ready." in program.written(),
        environment=served,
        cwd=str(ROOT),
    )


def _beat(served: Mapping[str, str], folder: Path) -> Program:
    words = f"-m celery -A config beat --loglevel=INFO --pidfile= -s {folder / 'beat-schedule'}"
    return Program(
        "beat",
        [*PYTHON, *words.split()],
        folder / "beat.log",
        ready=lambda program: "beat: Starting" in program.written(),
        environment=served,
        cwd=str(ROOT),
    )
