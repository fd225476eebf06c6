"""An exam that listens, in a real browser: what is spoken into the microphone becomes a flag."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browser import browser_with_camera
from tests.flows.fake_camera import write_mjpeg
from tests.flows.fake_microphone import write_wav
from tests.flows.server import Server
from tests.flows.test_one_exam import TITLE, add_candidate, join, open_session, register, start

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

SPEECH_LIMIT_MS = 60_000

# Chromium's fake microphone cannot be unplugged: the page's own stream is ended as if it had been.
REMEMBER_STREAMS = """() => {
  const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  window.heldStreams = [];
  devices.getUserMedia = async (wishes) => {
    const stream = await ask(wishes);
    window.heldStreams.push(stream);
    return stream;
  };
}"""
UNPLUG_MICROPHONE = """() => {
  const track = window.heldStreams.flatMap((stream) => stream.getAudioTracks()).at(-1);
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    story = data_dir / "scenarios" / "exam_story.mp4"
    film = write_mjpeg(story, tmp_path / "camera.mjpeg")
    voice = write_wav(story, tmp_path / "voice.wav", from_s=31, to_s=43, silent_s=4)
    with browser_with_camera(film, voice) as running:
        yield running


def test_what_is_spoken_becomes_a_flag(server: Server, browser: Browser) -> None:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_listening_exam(examiner)
    link = add_candidate(examiner)

    candidate = browser.new_context(base_url=server.url).new_page()
    candidate.add_init_script(f"({REMEMBER_STREAMS})()")
    join(candidate, link)
    expect(candidate.get_by_text("Whether somebody speaks")).to_be_attached()
    expect(candidate.get_by_text("Microphone on")).to_be_visible()
    start(candidate)

    examiner.get_by_role("link", name="Live wall").click()
    open_session(examiner)
    expect(examiner.locator(".flag-card", has_text="Speech").first).to_be_visible(timeout=SPEECH_LIMIT_MS)
    lose_the_microphone(candidate)
    expect(examiner.locator(".flag-card", has_text="Microphone switched off").first).to_be_visible()


def lose_the_microphone(candidate: Page) -> None:
    candidate.evaluate(UNPLUG_MICROPHONE)
    expect(candidate.get_by_text("The microphone stopped")).to_be_visible()
    expect(candidate.get_by_text("Microphone off")).to_be_visible()
    candidate.get_by_role("button", name="Try again").click()
    expect(candidate.get_by_text("The microphone stopped")).to_be_hidden()
    expect(candidate.get_by_text("Microphone on")).to_be_visible()


def create_listening_exam(page: Page) -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Listen for speech").check()
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_text("Camera, sound, browser")).to_be_visible()
