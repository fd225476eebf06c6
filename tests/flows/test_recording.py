"""Recording in a real browser: only flagged moments arrive; the whole exam can be played."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browser import browser_with_camera, hide_tab, show_tab
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server, serving
from tests.flows.test_one_exam import TITLE, add_candidate, join, register, start, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

PIECE_MS = 2000
LIMIT_MS = 90_000
# How many pieces this browser has numbered, whether or not any of them left it.
RECORDED = """() => new Promise((resolve, reject) => {
  const opened = indexedDB.open("invigil-recording");
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const counters = opened.result.transaction("counters", "readonly").objectStore("counters").getAll();
    counters.onsuccess = () => {
      opened.result.close();
      resolve(counters.result[0]?.highest ?? 0);
    };
  };
})"""
JUMP = """(video, at) => new Promise((resolve) => {
  video.addEventListener("seeked", () => resolve(video.currentTime), { once: true });
  video.currentTime = at;
})"""


@pytest.fixture
def server(tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("RECORDING_PIECE_MS", str(PIECE_MS))
    with serving(tmp_path, models_dir=models_dir) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    # A person who sits there: what is flagged is what the test does.
    film = write_mjpeg(data_dir / "scenarios" / "exam_story.mp4", tmp_path / "camera.mjpeg", to_s=10)
    with browser_with_camera(film) as running:
        yield running


def test_only_flagged_pieces_leave_the_computer(server: Server, browser: Browser) -> None:
    examiner, candidate = begin(server, browser, "Flagged moments")
    # More than lies around a flag passes before it and after it.
    wait_for(candidate, lambda: recorded(candidate) >= 8)
    before = told(examiner, "recording/")["pieces"]
    hide_tab(candidate)
    wait_for(candidate, lambda: told(examiner, "flags/?rule=TAB_HIDDEN")["results"] != [])
    show_tab(candidate)
    wait_for(candidate, lambda: told(examiner, "recording/")["pieces"] > before)
    seen = recorded(candidate)
    wait_for(candidate, lambda: recorded(candidate) >= seen + 9)
    made = recorded(candidate)
    submit(candidate)

    wait_for(examiner, lambda: told(examiner, "recording/")["stage"] == "ready")
    brought = told(examiner, "recording/")
    assert 0 < brought["pieces"] < made
    flags = [flag for flag in told(examiner, "flags/")["results"] if flag["severity"] != "info"]
    assert any(flag["rule"] == "TAB_HIDDEN" for flag in flags)
    for span in brought["recordings"][0]["spans"]:
        assert any(near(flag, span) for flag in flags), (span, flags)
    clips = told(examiner, "clips/")["results"]
    assert {clip["flag"] for clip in clips} >= {flag["id"] for flag in flags if flag["rule"] == "TAB_HIDDEN"}


def test_the_whole_exam_is_joined_and_played(server: Server, browser: Browser) -> None:
    examiner, candidate = begin(server, browser, "The whole exam", sound=True)
    wait_for(candidate, lambda: told(examiner, "recording/")["pieces"] >= 3)
    candidate.reload()
    expect(candidate.get_by_text("Recording", exact=True)).to_be_visible()
    wait_for(candidate, lambda: told(examiner, "recording/")["pieces"] >= 5)
    submit(candidate)

    wait_for(examiner, lambda: told(examiner, "recording/")["stage"] == "ready")
    whole = told(examiner, "recording/")
    [webcam] = whole["recordings"]
    assert webcam["problems"] == {}
    recorded_ms = sum(span["end_ms"] - span["start_ms"] for span in webcam["spans"])
    assert abs(webcam["duration_ms"] - recorded_ms) < PIECE_MS
    # A reload loses what was not yet a piece, and nothing else.
    assert whole["covered_ms"] > (whole["pieces"] - 2) * PIECE_MS

    examiner.goto(f"/sessions/{session_id(examiner)}/")
    video = examiner.locator("recording-player video")
    expect(video).to_have_js_property("error", None)
    wait_for(examiner, lambda: video.evaluate("(video) => video.readyState") >= 1)
    assert abs(video.evaluate("(video) => video.duration") * 1000 - webcam["duration_ms"]) < PIECE_MS
    middle_s = webcam["duration_ms"] / 2000
    assert video.evaluate(JUMP, middle_s) == pytest.approx(middle_s, abs=0.2)
    examiner.get_by_role("button", name="Play", exact=True).click()
    wait_for(examiner, lambda: video.evaluate("(video) => !video.paused"))
    examiner.get_by_role("button", name="Pause", exact=True).click()
    seek = examiner.get_by_role("slider", name="Time of the sitting")
    seek.focus()
    seek.press("End")
    seek.press("Home")
    wait_for(examiner, lambda: video.evaluate("(video) => video.currentTime") < 1)


def begin(server: Server, browser: Browser, mode: str, *, sound: bool = False) -> tuple[Page, Page]:
    """An examiner on the exam's page, and a candidate who is recorded."""
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    examiner.goto("/exams/new/")
    examiner.get_by_label("Title").fill(TITLE)
    examiner.get_by_label("Time allowed, in minutes").fill("30")
    examiner.get_by_label("Record video").select_option(label=mode)
    if sound:
        examiner.get_by_label("Listen for speech").check()
    examiner.get_by_role("button", name="Create exam").click()
    link = add_candidate(examiner)
    candidate = browser.new_context(base_url=server.url).new_page()
    candidate.goto(link)
    join(candidate, link)
    start(candidate)
    expect(candidate.get_by_text("Recording", exact=True)).to_be_visible()
    return examiner, candidate


def recorded(candidate: Page) -> int:
    return int(candidate.evaluate(RECORDED))


def session_id(examiner: Page) -> str:
    answer = examiner.request.get("/api/v1/sessions/")
    return str(answer.json()["results"][0]["id"])


def told(examiner: Page, what: str) -> dict[str, Any]:
    answer = examiner.request.get(f"/api/v1/sessions/{session_id(examiner)}/{what}")
    assert answer.status == 200, answer.text()
    body: dict[str, Any] = json.loads(answer.text())
    return body


def near(flag: dict[str, Any], span: dict[str, Any]) -> bool:
    """Ten seconds around a flag are wanted, and a piece is taken whole."""
    since_ms = flag["since_ms"] - 10_000 - 2 * PIECE_MS
    until_ms = flag["since_ms"] + (flag["duration_ms"] or 0) + 20_000 + 2 * PIECE_MS
    return bool(span["start_ms"] >= since_ms and span["end_ms"] <= until_ms)


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    """Asks again and again; the pages live on meanwhile."""
    for _ in range(LIMIT_MS // 300):
        if holds():
            return
        page.wait_for_timeout(300)
    raise AssertionError("it did not happen in time")
