"""A wall of made-up candidates, served without Django: what is measured is the page alone."""

import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from PIL import Image

from tests.bench.page_weight import DIST, needed_by

ENTRY = "src/entries/live_wall.ts"
BASE = "src/entries/base.ts"

# Instead of a server's socket: each candidate is told of once a second, spread over it; a flag now and then.
FEED = """
window.told = 0;
window.WebSocket = class {
  static OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  constructor() { setTimeout(() => this.onopen?.(), 0); }
  close() { clearInterval(this.timer); }
  say(message) { this.onmessage?.({ data: JSON.stringify(message) }); }
  send(text) {
    if (JSON.parse(text).type !== "hello") return;
    setTimeout(() => {
      this.say({ type: "welcome" });
      this.begun = performance.now();
      this.timer = setInterval(() => this.feed(), 20);
    }, 0);
  }
  feed() {
    const ids = window.candidateIds;
    const due = Math.floor((performance.now() - this.begun) * ids.length / 1000);
    for (; window.told < due; window.told += 1) this.tell(ids[window.told % ids.length], window.told);
  }
  tell(session, number) {
    const score = (number * 7919) % 100;
    this.say({ type: "frame_analyzed", session, timestamp: new Date().toISOString(), data: {
      face_detected: true, face_count: 1, gaze_direction: "centre", anomaly_score: null, flagged: false,
      score, integrity_score: 100 - score, t: number, thumbnail: `/thumbnail/${session}.jpg?seq=${number}`,
      coverage: 0.98, yaw: 1.5, pitch: 0.5, looking_away: false, camera_state: "ok" } });
    if (number % 97 === 0) this.say({ type: "flag.opened", session, flag: {
      id: `flag-${number}`, rule: "LOOKING_AWAY", label: "Looked away", severity: "warning",
      since_ms: number, t_ms: number, evidence_url: null } });
  }
};
"""


def rows(count: int) -> list[dict[str, Any]]:
    return [_row(number) for number in range(count)]


def _row(number: int) -> dict[str, Any]:
    session = str(uuid.UUID(int=number + 1))
    return {
        "id": session,
        "candidate": f"Candidate {number + 1:03}",
        "external_id": f"c{number + 1}",
        "state": "running",
        "online": True,
        "score": 0.0,
        "integrity_score": 100.0,
        "coverage": 1.0,
        "thumbnail": f"/thumbnail/{session}.jpg?seq=0",
        "screen": None,
        "newest_flag": None,
        "flag_counts": {"critical": 0, "warning": 0, "info": 0},
        "open_flags": [],
        "url": f"/sessions/{session}/",
        "started_at": "2030-01-31T09:00:00Z",
        "remaining_ms": 3_000_000,
        "unusual": None,
        "waiting": {"unread": 0, "help_since": None},
    }


@contextmanager
def wall_served(candidates: int) -> Iterator[str]:
    """The address of the page, while it is served."""
    handler = type("Wall", (_Handler,), {"sessions": rows(candidates), "jpeg": _jpeg()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    sessions: list[dict[str, Any]]
    jpeg: bytes
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._answer(self._page().encode(), "text/html; charset=utf-8")
        elif path == "/wall.json":
            self._answer(json.dumps(self._wall()).encode(), "application/json")
        elif path.startswith("/thumbnail/"):
            self._answer(self.jpeg, "image/jpeg")
        elif path.startswith("/static/dist/"):
            self._file(DIST / path.removeprefix("/static/dist/"))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(b'{"ticket": "bench"}', "application/json")

    def log_message(self, format: str, *args: Any) -> None:
        """A request is nothing to write home about."""

    def _wall(self) -> dict[str, Any]:
        return {"sessions": self.sessions, "watchers": [], "acts": []}

    def _page(self) -> str:
        urls = {"data": "/wall.json", "ticket": "/ticket", "socket": "/ws/"}
        config = {"exam": "bench", "me": "me", "may_intervene": True, "urls": urls, "wall": self._wall()}
        ids = json.dumps([row["id"] for row in self.sessions])
        return (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>Wall</title>{_assets()}"
            f'<main class="page page-wide"><div data-view="live-wall"></div></main>'
            f"<script>window.candidateIds = {ids};{FEED}</script>"
            f'<script type="application/json" id="wall-config">{json.dumps(config)}</script>'
        )

    def _file(self, file: Path) -> None:
        kinds = {".js": "text/javascript", ".css": "text/css"}
        self._answer(file.read_bytes(), kinds.get(file.suffix, "application/octet-stream"))

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _assets() -> str:
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    sheets = [sheet for name in needed_by(manifest, (BASE, ENTRY)) for sheet in manifest[name].get("css", [])]
    links = "".join(f'<link rel=stylesheet href="/static/dist/{sheet}">' for sheet in sheets)
    scripts = [manifest[name]["file"] for name in (BASE, ENTRY)]
    return links + "".join(f'<script type=module src="/static/dist/{script}"></script>' for script in scripts)


def _jpeg() -> bytes:
    """As heavy as a thumbnail of a real camera: noise over a gradient."""
    picture = Image.effect_noise((320, 240), 40).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=40)
    return out.getvalue()
