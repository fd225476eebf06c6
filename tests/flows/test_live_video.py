"""Two watch one candidate live, camera and screen, one of them through a TURN server; frames are counted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PASSWORD
from tests.flows.browser import chromium
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server, serving
from tests.flows.test_one_exam import NAME, TITLE, add_candidate, join, register, start
from tests.pages.looking import axe_violations
from tests.turn_server import TurnServer, turn_server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

# The machine may have no network but its own.
LOOPBACK = "--allow-loopback-in-peer-connection"

KEEP_PEERS = """
window.peers = [];
const Peer = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Peer {
  constructor(configuration) {
    super({ ...configuration, ...(window.relayOnly && { iceTransportPolicy: "relay" }) });
    window.peers.push(this);
  }
};
"""
RELAY_ONLY = "window.relayOnly = true;"

# Of the newest connection: frames decoded of the stream that has fewest, and through what kind of address on
# this side they come.
RECEIVED = """async () => {
  const reports = [...(await window.peers.at(-1).getStats()).values()];
  const pair = reports.find(({ type, nominated, state }) =>
    type === "candidate-pair" && nominated && state === "succeeded");
  const local = reports.find(({ id }) => id === pair?.localCandidateId);
  const videos = reports.filter(({ type, kind }) => type === "inbound-rtp" && kind === "video");
  const frames = Math.min(...videos.map(({ framesDecoded }) => framesDecoded));
  return {
    frames: videos.length === 0 ? 0 : frames,
    streams: videos.length,
    through: local?.candidateType ?? "nothing",
  };
}"""
# The page's policy forbids Playwright's own waiting, which evaluates words.
MORE_FRAMES = f"""async (connections) => {{
  const received = {RECEIVED};
  const deadline = performance.now() + 30_000;
  let before = null;
  while (performance.now() < deadline) {{
    if (window.peers.length >= connections) {{
      const {{ frames }} = await received();
      const width = document.querySelector("live-view video")?.videoWidth ?? 0;
      before ??= frames;
      if (frames >= before + 10 && width > 0) return frames - before;
    }}
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
  return 0;
}}"""
UFRAG = """() => /a=ice-ufrag:(\\S+)/.exec(window.peers.at(-1).localDescription.sdp)[1]"""
LOOK_FOR_A_NEW_WAY = """() => {
  for (const peer of window.peers) if (peer.connectionState === "connected") peer.restartIce();
}"""
# Another name on the way says that it is a new one.
FOUND_IT = f"""async (before) => {{
  const ufrag = {UFRAG};
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {{
    const {{ connectionState, signalingState }} = window.peers.at(-1);
    if (ufrag() !== before && connectionState === "connected" && signalingState === "stable") return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
  return false;
}}"""
SENT_BITS_PER_S = """async () => {
  const connected = window.peers.filter(({ connectionState }) => connectionState === "connected");
  const senders = connected.flatMap((peer) => peer.getSenders());
  return senders.map((sender) => sender.getParameters().encodings[0].maxBitrate);
}"""


@pytest.fixture
def relay() -> Iterator[TurnServer]:
    with turn_server("north") as running:
        yield running


@pytest.fixture
def server(
    tmp_path: Path, models_dir: Path, relay: TurnServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    monkeypatch.setenv("TURN_URLS", relay.url)
    monkeypatch.setenv("TURN_SECRET", relay.secret)
    with serving(tmp_path, models_dir=models_dir) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    film = write_mjpeg(data_dir / "scenarios" / "exam_story.mp4", tmp_path / "camera.mjpeg", to_s=8)
    with chromium(LOOPBACK, f"--use-file-for-fake-video-capture={film}") as running:
        yield running


def test_two_watch_live_and_one_goes_on_alone(server: Server, browser: Browser) -> None:
    alice = new_page(browser, server)
    register(alice)
    create_exam_with_screen(alice)
    link = add_candidate(alice)
    candidate = new_page(browser, server)
    join(candidate, link)
    candidate.get_by_role("button", name="Share my whole screen").click()
    start(candidate)
    open_session(alice)
    second = new_page(browser, server, RELAY_ONLY)
    sign_in(second)
    second.goto(alice.url)

    watch(alice)
    expect(candidate.get_by_text("A proctor is watching live")).to_be_visible()
    watch(second)
    expect(candidate.get_by_text("2 proctors are watching live")).to_be_visible()
    assert alice.evaluate(RECEIVED)["through"] in ("host", "srflx", "prflx")
    through_relay = second.evaluate(RECEIVED)
    assert (through_relay["through"], through_relay["streams"]) == ("relay", 2)
    for page in (alice, second):
        expect(page.get_by_label(f"The camera of {NAME}, live")).to_be_visible()
        expect(page.get_by_label(f"The screen of {NAME}, live")).to_be_visible()
    assert candidate.evaluate(SENT_BITS_PER_S) == [300_000] * 4
    assert axe_violations(second) + axe_violations(candidate) == []

    both_look_for_a_new_way(candidate, second)
    alice.get_by_role("button", name="Stop watching live").click()
    expect(candidate.get_by_text("A proctor is watching live")).to_be_visible()
    sees_more(second)
    assert alice.evaluate("window.peers.at(-1).connectionState") == "closed"

    candidate.reload()
    sees_again(second, connections=2)
    pause(alice)
    expect(second.get_by_text("Nobody is watched now")).to_be_visible()
    expect(candidate.get_by_text("watching live")).to_have_count(0)
    let_go_on(alice)
    sees_again(second)
    second.close()
    expect(candidate.get_by_text("watching live")).to_have_count(0)
    sees_it_in_the_audit_log(alice)


def new_page(browser: Browser, server: Server, script: str = "") -> Page:
    page = browser.new_context(base_url=server.url).new_page()
    page.add_init_script(script + KEEP_PEERS)
    return page


def create_exam_with_screen(page: Page) -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Watch the screen").check()
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()


def sign_in(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("Email address").fill("alice@north.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/exams/")


def open_session(page: Page) -> None:
    page.get_by_role("link", name="Live wall").click()
    address = page.get_by_role("link", name=re.compile(NAME)).first.get_attribute("href")
    assert address is not None
    page.goto(address)


def watch(page: Page) -> None:
    page.get_by_role("button", name="Watch live").click()
    sees_again(page)


def sees_again(page: Page, *, connections: int = 1) -> None:
    """On the newest of so many connections that this page has had."""
    expect(page.get_by_text("Live. The candidate is told")).to_be_visible()
    sees_more(page, connections=connections)


def sees_more(page: Page, *, connections: int = 1) -> None:
    """Ten frames more than now have been decoded."""
    assert page.evaluate(MORE_FRAMES, connections) >= 10


def both_look_for_a_new_way(candidate: Page, watcher: Page) -> None:
    """Both ends offer at once; the picture goes on."""
    before = watcher.evaluate(UFRAG)
    candidate.evaluate(LOOK_FOR_A_NEW_WAY)
    watcher.evaluate(LOOK_FOR_A_NEW_WAY)
    assert watcher.evaluate(FOUND_IT, before)
    sees_more(watcher)


def pause(page: Page) -> None:
    page.goto(page.url + "intervene/")
    page.get_by_role("button", name="Pause the sitting").click()
    page.wait_for_url("**/sessions/*/")


def let_go_on(page: Page) -> None:
    page.goto(page.url + "intervene/")
    page.get_by_role("button", name="Let it go on", exact=True).click()
    page.wait_for_url("**/sessions/*/")


def sees_it_in_the_audit_log(page: Page) -> None:
    page.goto("/settings/audit/")
    for words in ("Began to watch a candidate live", "Stopped watching a candidate live"):
        expect(page.get_by_role("row").filter(has_text=words).first).to_be_visible()
