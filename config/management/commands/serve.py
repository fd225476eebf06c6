"""`manage.py serve`: the embedded profile in one process: migrations, demonstration, scheduler, server."""

import socket
import warnings
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.demo import ensure_demo
from config.serving import server_config
from jobs.scheduler import Scheduler
from jobs.services import take_back
from proctoring.detectors import all_detectors

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Serve the embedded profile on localhost: one process, nothing else needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="create no demonstration institution")

    def handle(self, *args: Any, **options: Any) -> None:
        listener = _listen(settings.PORT)
        # Lies in the folder of everything else; WhiteNoise wants to see it even while it is empty.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        self._say_detectors()
        if not options["no_demo"]:
            self._say_demo()
        # The server before this one may have been killed in the middle of its work.
        take_back()
        scheduler = Scheduler()
        scheduler.start()
        self.stdout.write(f"Invigil serves http://localhost:{settings.PORT}  (Ctrl+C stops it)")
        self.stdout.flush()
        try:
            _serve(listener)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            scheduler.stop()

    def _say_detectors(self) -> None:
        missing = [status for status in all_detectors(settings.MODELS_DIR) if not status.on]
        for status in missing:
            self.stdout.write(f"Detector off: {status.key}: {status.reason}")
        if missing:
            self.stdout.write(
                "What is off costs only itself; `manage.py models install` fetches official files."
            )

    def _say_demo(self) -> None:
        demo = ensure_demo()
        self.stdout.write(f"Examiner   {demo.email}  password {demo.password or '(changed; use yours)'}")
        self.stdout.write(f"Candidate  {demo.join_link}")


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        # Whoever reads the address and comes at once waits in the queue instead of being refused.
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CommandError(
            f"Port {port} is taken: stop what uses it, or choose another with PORT=8001."
        ) from error
    return listener


def _serve(listener: socket.socket) -> None:
    # WhiteNoise hands out files by a plain iterator; each is small, so reading it whole is right.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = server_config(timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listener])
