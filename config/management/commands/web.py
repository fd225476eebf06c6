"""`manage.py web`: one web process of the production profile; several of them share a port."""

import gc
import socket
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandError
from django.urls import get_resolver

from config.serving import server_config

BACKLOG = 2048
# Ten times Python's own; some megabytes wait a little longer.
YOUNG_OBJECTS = 7000
# For what is being answered when the sockets have left.
ANSWERS_LIMIT_S = 15


class Command(BaseCommand):
    help = "Serve pages, the API and sockets until stopped; start one for each core that they may use."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument(
            "--port",
            type=int,
            nargs="+",
            default=[8000],
            help="the one that all share; one more reaches this process alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        config = server_config(
            # It empties the process before the server ends.
            lifespan="on",
            backlog=BACKLOG,
            timeout_graceful_shutdown=ANSWERS_LIMIT_S,
        )
        # Before anybody is let in: the port is shared, and whom the kernel sends here would wait for it.
        config.load()
        get_resolver().reverse_dict  # noqa: B018 - reads every address and imports its view
        _collect_seldom()
        listeners = [_listen(options["host"], port) for port in options["port"]]
        uvicorn.Server(config).run(sockets=listeners)


def _collect_seldom() -> None:
    """What is there now stays, and sockets are no garbage: to look through thousands holds everybody up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _listen(host: str, port: int) -> socket.socket:
    """A port that other processes of ours may listen at too; the kernel spreads what comes."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CommandError(f"{host}, port {port}: {error.strerror}.") from error
    return listener
