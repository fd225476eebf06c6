"""docs/coming-from.md: each row of each table, done by our API on a running server."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from tests.contract.callers import Caller, registered
from tests.contract.candidate import Candidate, hear
from tests.flows.server import ROOT, Server, serving

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]

_ROW = re.compile(r"^\| (?!theirs|-)(?P<theirs>[^|]+?) \| (?P<ours>[^|]+?) \|", re.M)
NOT_HERE = "—"
DEVICE = {"device_info": {"camera": "integrated", "microphone": "stereo"}, "without_baseline": True}
BOOKING = {
    "candidate_id": "cand_456",
    "exam_name": "Advanced Python Certification",
    "duration_minutes": 180,
    "start_time": "2024-12-15T10:00:00Z",
    "allowed_tabs": 1,
    "require_full_screen": True,
}


def grey_picture() -> bytes:
    found = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((640, 480)).save(found, "JPEG")
    return found.getvalue()


@dataclass
class Story:
    server: Server
    owner: Caller
    key: Caller
    session: str = ""
    candidate: Candidate | None = None
    token: str = ""

    def post(self, path: str, body: object, status: int = 200, by: Caller | None = None) -> Any:
        answer = (by or self.key).call("POST", path, body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.key.call("GET", path)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["Content-Type"] else answer.content

    def book(self, body: dict[str, Any]) -> dict[str, Any]:
        """A session whose candidate has joined and agreed."""
        made: dict[str, Any] = self.post("/sessions/", body, 201)
        self.session, self.candidate = made["id"], Candidate(made["join_url"])
        self.candidate.agree()
        return made

    def start(self) -> None:
        assert self.post(f"/sessions/{self.session}/start/", DEVICE)["state"] == "running"

    def end(self) -> None:
        body = {"completion_status": "completed", "final_review": True}
        assert self.post(f"/sessions/{self.session}/end/", body)["state"] == "submitted"

    def report(self) -> dict[str, Any]:
        """Asked for again until it is made."""
        while True:
            answer = self.key.call("GET", f"/sessions/{self.session}/report/")
            if answer.status_code not in (409, 503):
                assert answer.status_code == 200, answer.text
                report: dict[str, Any] = answer.json()
                return report

    @contextmanager
    def socket(self, path: str) -> Iterator[ClientConnection]:
        address = self.server.url.replace("http", "ws", 1)
        with connect(f"{address}{path}", origin=Origin(self.server.url)) as socket:
            yield socket

    @contextmanager
    def watching(self) -> Iterator[ClientConnection]:
        ticket = self.post("/live/ticket/", {}, by=self.owner)["ticket"]
        with self.socket("/ws/console/") as socket:
            socket.send(json.dumps({"type": "hello", "ticket": ticket, "session": self.session}))
            hear(socket, "welcome")
            yield socket

    @property
    def sitting(self) -> Candidate:
        assert self.candidate is not None
        return self.candidate


def shield_registers(story: Story) -> None:
    body = {
        "email": "examiner@institution.example",
        "password": "secure_password",
        "institution": "University",
    }
    made = story.post("/auth/register", body, 201)
    assert {"id", "email", "token"} <= made.keys()
    assert (made["email"], made["expires_in"]) == (body["email"], 3600)


def shield_books(story: Story) -> None:
    made = story.book(BOOKING)
    assert (made["candidate_id"], made["exam_name"]) == (BOOKING["candidate_id"], BOOKING["exam_name"])


def shield_watches(story: Story) -> None:
    with story.watching() as socket:
        story.sitting.show(grey_picture())
        told = hear(socket, "frame_analyzed")
    assert told["session"] == story.session
    assert {"face_detected", "face_count", "gaze_direction", "anomaly_score", "flagged"} <= told[
        "data"
    ].keys()
    assert (told["data"]["face_count"], told["data"]["flagged"]) in {(0, False), (None, False)}


def shield_ends(story: Story) -> None:
    story.end()
    report = story.report()
    assert {
        "candidate_id",
        "duration_actual",
        "summary",
        "timeline",
        "recommendation",
    } <= report.keys()
    assert set(report["summary"]) == {"total_events", "critical_flags", "warning_flags", "integrity_score"}
    assert report["candidate_id"] == BOOKING["candidate_id"]


def registers_a_webhook(*events: str) -> Callable[[Story], None]:
    def register(story: Story) -> None:
        body = {
            "url": "https://your-system.example/proctor-events",
            "events": list(events),
            "secret": "webhook_secret_key",
        }
        made = story.post("/webhooks/register", body, 201)
        ours = {
            "exam_completed": ["session.submitted", "session.expired", "session.terminated"],
            "flag_raised": ["flag.raised"],
        }
        assert made["events"] == [one for event in events for one in ours[event]]
        assert made["secret"] == "webhook_secret_key"
        # Nobody is told anything in this test.
        assert story.key.call("DELETE", f"/webhooks/endpoints/{made['id']}/").status_code == 204

    return register


def mongo_creates(story: Story) -> None:
    made = story.book({"candidate_id": "student_123", "exam_name": "midterm_2024"})
    assert (made["candidate_id"], made["exam_name"]) == ("student_123", "midterm_2024")


def mongo_ends(story: Story) -> None:
    story.start()
    (found,) = story.get("/sessions/?candidate_id=student_123")["results"]
    assert found["id"] == story.session
    story.end()


def mongo_lists_active(story: Story) -> None:
    story.book({"candidate_id": "student_124", "exam_name": "midterm_2024"})
    story.start()
    (row,) = story.get("/sessions/active")["results"]
    assert (row["candidate_id"], row["exam_name"], row["is_running"]) == ("student_124", "midterm_2024", True)
    assert (row["interval_score"], row["total_score"], row["session_id"]) == (0.0, 0.0, story.session)


def mongo_counts(story: Story) -> None:
    counts = story.get("/sessions/stats")
    assert (counts["total_sessions"], counts["active_sessions"], counts["high_risk"]) == (3, 1, 0)
    assert story.get("/sessions/active/")["results"][0]["flagged_intervals"] == 0


def mongo_asks_for_details(story: Story) -> None:
    place = f"/sessions/{story.session}"
    assert story.get(f"{place}/")["state"] == "running"
    assert story.get(f"{place}/risk/")["score"] == 0.0
    assert "results" in story.get(f"{place}/events/")


def mongo_lists_flagged(story: Story) -> None:
    story.sitting.report("tab_hidden", "tab_visible", "window_focus")
    intervals = story.get(f"/sessions/{story.session}/risk/")["intervals"]
    assert {"start_ms", "end_ms", "interval_score", "flagged"} == set(intervals[0])
    exam = story.get(f"/sessions/{story.session}/")["exam"]
    assert "TAB_HIDDEN" in json.dumps(story.get(f"/exams/{exam}/export.json"))


def mongo_asks_for_video(story: Story) -> None:
    found = story.get(f"/sessions/{story.session}/recording/")
    assert (found["session"], found["mode"], found["recordings"]) == (story.session, "none", [])


def joins_as_watcher(story: Story) -> None:
    with story.watching():
        pass


def flask_starts(story: Story) -> None:
    story.book({"exam_name": "Interview", "candidate": {"external_id": "7", "name": "Ada Example"}})
    story.start()


def flask_logs(story: Story) -> None:
    noted = story.post(f"/sessions/{story.session}/events/", {"text": "object_detected: Phone"}, 201)
    assert noted["detail"] == "object_detected: Phone"


def flask_hears_events(story: Story) -> None:
    story.sitting.show(grey_picture())
    with story.watching() as socket:
        story.sitting.report("tab_hidden", "tab_visible", "window_focus")
        assert hear(socket, "flag.opened")["flag"]["rule"] == "TAB_HIDDEN"


def flask_takes_snapshots(story: Story) -> None:
    (snapshot,) = story.get(f"/sessions/{story.session}/snapshots/")["results"]
    assert (snapshot["width_px"], snapshot["height_px"]) == (640, 480)


def flask_warns(story: Story) -> None:
    message = {"message": "Please stay on this page."}
    assert story.post(f"/sessions/{story.session}/warn/", message)["id"] == story.session
    written = story.post(f"/sessions/{story.session}/messages/", {"text": "Write if you need anything."}, 201)
    assert (written["side"], written["number"]) == ("proctor", 1)


def flask_reports(story: Story) -> None:
    story.end()
    story.report()
    assert story.get(f"/sessions/{story.session}/report.pdf").startswith(b"%PDF-")


def react_shows_a_snapshot(story: Story) -> None:
    (snapshot,) = story.get(f"/sessions/{story.session}/snapshots/")["results"]
    picture = story.get(f"/flags/{snapshot['flag']}/snapshot.jpg")
    assert hashlib.sha256(picture).hexdigest() == snapshot["sha256"]


def react_exports_csv(story: Story) -> None:
    header, first = story.get(f"/sessions/{story.session}/report.csv").decode("utf-8-sig").splitlines()[:2]
    assert {
        "time_24h",
        "unix_time",
        "event",
        "risk_delta",
        "risk_total",
        "phone_detected",
        "looking_away",
        "face_count",
        "snapshot_url",
    } <= set(header.split(","))
    assert "TAB_HIDDEN" in first


def react_exports_json(story: Story) -> None:
    assert [one["event_type"] for one in story.report()["timeline"]] == ["TAB_HIDDEN"]
    assert story.get(f"/sessions/{story.session}/risk/")["curve"]


def audit_gets_a_token(story: Story) -> None:
    answer = story.post("/analyse/token/", {})
    assert answer["expires_in"] == 30
    story.token = answer["token"]


def audit_detects(story: Story) -> None:
    frame = base64.b64encode(grey_picture()).decode()
    with story.socket("/ws/analyse/") as socket:
        socket.send(json.dumps({"type": "hello", "ticket": story.token}))
        hear(socket, "welcome")
        socket.send(json.dumps({"frame": frame}))
        told = hear(socket, "analysis")
    assert (told["anomaly"], told["pupil_movement_status"], "frame" in told) == (False, None, False)


FLOWS: dict[str, Callable[[Story], None]] = {
    "`POST /api/v1/auth/register`": shield_registers,
    "`POST /api/v1/exams`": shield_books,
    "`POST /api/v1/exams/{exam_id}/start`": Story.start,
    "`ws /ws/exam/{exam_id}/analysis`": shield_watches,
    "`POST /api/v1/exams/{exam_id}/end`": shield_ends,
    "`POST /api/v1/webhooks/register`": registers_a_webhook("exam_completed", "flag_raised"),
    "`exam_completed`": registers_a_webhook("exam_completed"),
    "`flag_raised`": registers_a_webhook("flag_raised"),
    "`POST /api/session/create`": mongo_creates,
    "`POST /api/session/end`": mongo_ends,
    "`GET /api/sessions/active`": mongo_lists_active,
    "`GET /api/sessions/stats`": mongo_counts,
    "`GET /api/session/{session_id}/details`": mongo_asks_for_details,
    "`GET /api/flagged/all`": mongo_lists_flagged,
    "`GET /api/video/{video_id}`": mongo_asks_for_video,
    "`join_session`": joins_as_watcher,
    "`monitoring_update`": shield_watches,
    "`POST /start-session`": flask_starts,
    "`POST /log`": flask_logs,
    "`GET /report/<session_id>`": flask_reports,
    "`join`": joins_as_watcher,
    "`event`": flask_hears_events,
    "`snapshot`": flask_takes_snapshots,
    "`frame`": lambda story: story.sitting.show(grey_picture()),
    "`chat`": flask_warns,
    "`POST /tab-event`": lambda story: story.sitting.report("tab_hidden", "tab_visible", "window_focus"),
    "`GET /snapshots/<file>`": react_shows_a_snapshot,
    "CSV export": react_exports_csv,
    "JSON export": react_exports_json,
    "`get_auth(key=...)`": audit_gets_a_token,
    "`detect_frame`": audit_detects,
}
# A session is reported on once it is over, so these come after what the same table does with it.
LATER = ("`GET /report/<session_id>`",)


@pytest.fixture
def story(tmp_path: Path, models_dir: Path) -> Iterator[Story]:
    with serving(tmp_path, models_dir=models_dir) as server:
        yield Story(server, *registered(server.url))


def test_every_row_is_done(story: Story) -> None:
    rows = _ROW.findall((ROOT / "docs" / "coming-from.md").read_text())
    here = [theirs for theirs, ours in rows if ours != NOT_HERE]
    assert sorted(here) == sorted(FLOWS)
    for theirs in sorted(here, key=lambda theirs: after(theirs, here)):
        FLOWS[theirs](story)


def after(theirs: str, rows: list[str]) -> float:
    return rows.index("`POST /tab-event`") + 0.5 if theirs in LATER else rows.index(theirs)
