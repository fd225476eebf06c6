"""Figures in the words of Prometheus: of this process, or of all that share PROMETHEUS_MULTIPROC_DIR.

That variable is read by the library before anything is counted; each process then writes to files of its own.
"""

import hmac
import logging
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from config.operations.shared_figures import SharedFigures

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

logger = logging.getLogger(__name__)
_shared = SharedFigures()


def figures_of_process() -> bytes:
    return generate_latest(_registry())


def all_figures() -> bytes:
    """With what the whole installation shares: jobs, queues, what waits."""
    registry = CollectorRegistry()
    registry.register(_shared)
    return figures_of_process() + generate_latest(registry)


def may_read(authorization: str) -> bool:
    """Whether this header shows the token; without one set nobody may."""
    token: str = settings.METRICS_TOKEN
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def forget_dead() -> None:
    """Take out what processes that are gone left behind as if they were alive."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    for path in Path(folder).glob("gauge_live*_*.db"):
        process_id = path.stem.rpartition("_")[2]
        if process_id.isdigit() and not Path("/proc", process_id).exists():
            mark_process_dead(int(process_id), folder)  # type: ignore[no-untyped-call]


def end_process() -> None:
    """What this process alone had is no more; what it counted stays."""
    folder = os.environ.get(FOLDER)
    if folder:
        mark_process_dead(os.getpid(), folder)  # type: ignore[no-untyped-call]


def serve_figures(port: int) -> WSGIServer:
    """For a worker, which has no door of its own: one on this port, in a thread."""
    server = make_server(settings.METRICS_HOST, port, _answer, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="figures", daemon=True).start()
    return server


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: every scrape would be a line."""


def _answer(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/metrics" or not may_read(environ.get("HTTP_AUTHORIZATION", "")):
        start("404 Not Found", [("Content-Length", "0")])
        return []
    start("200 OK", [("Content-Type", CONTENT_TYPE)])
    return [figures_of_process()]


def _registry() -> CollectorRegistry:
    folder = os.environ.get(FOLDER)
    if not folder:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return registry
