import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import "./live_wall";
import type { LiveWall } from "./live_wall";
import type { Wall } from "./wall_config";
import { wallRow } from "./wall_row.fixture";
import type { WallRow } from "./wall_rows";

let told: ((event: { data: string }) => void) | null = null;
let answer: readonly WallRow[] = [];
let sent: unknown[] = [];
let closed: ((event: { code: number }) => void) | null = null;

class FakeWebSocket {
  static readonly OPEN = 1;
  onopen: (() => void) | null = null;

  set onmessage(handler: (event: { data: string }) => void) {
    told = handler;
  }

  set onclose(handler: (event: { code: number }) => void) {
    closed = handler;
  }

  send(text: string): void {
    sent.push(JSON.parse(text));
  }

  get readyState(): number {
    return FakeWebSocket.OPEN;
  }

  close(): void {}
}

const wallOf = (sessions: readonly WallRow[]): Wall => ({ sessions, watchers: [], acts: [] });

async function mount(rows: readonly WallRow[]): Promise<LiveWall> {
  answer = rows;
  const wall = document.createElement("live-wall") as LiveWall;
  wall.config = {
    exam: "e",
    urls: { data: "/data", ticket: "/ticket", socket: "/ws/" },
    wall: wallOf(rows),
    me: "alice",
    may_intervene: true,
  };
  document.body.replaceChildren(wall);
  await vi.advanceTimersByTimeAsync(10);
  say({ type: "welcome" });
  await settle(wall);
  return wall;
}

function say(message: unknown): void {
  told?.({ data: JSON.stringify(message) });
}

async function settle(wall: LiveWall): Promise<void> {
  await vi.advanceTimersByTimeAsync(150);
  await wall.updateComplete;
}

const names = (wall: LiveWall): string[] =>
  [...wall.querySelectorAll(".tile-title")].map((title) => title.textContent?.trim() ?? "");

const critical = (session: string): unknown => ({
  type: "flag.opened",
  session,
  flag: { id: `f-${session}`, rule: "FACES", label: "Several faces", severity: "critical", since_ms: 14_000, t_ms: 16_000, evidence_url: null },
});

function answerTo(url: string): unknown {
  if (url === "/ticket") return { ticket: "t" };
  if (url.endsWith("/panel.json")) return { id: url.split("/")[2], flags: [], watched: [{ key: "webcam", label: "Camera" }], messages: [] };
  return wallOf(answer);
}

const title = (wall: LiveWall, name: string): HTMLElement =>
  [...wall.querySelectorAll<HTMLElement>(".tile-title")].find(({ textContent }) => textContent === name) as HTMLElement;

const panelTitle = (wall: LiveWall): string | undefined => wall.querySelector(".panel-title")?.textContent?.trim();

const press = (target: EventTarget, key: string): boolean =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  sent = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  // A lost connection waits this share of the longest delay before it is tried again.
  vi.spyOn(Math, "random").mockReturnValue(0.9);
  vi.stubGlobal("WebSocket", FakeWebSocket);
  vi.stubGlobal("fetch", (url: string) =>
    Promise.resolve(Response.json(answerTo(url))),
  );
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("<live-wall>", () => {
  it("moves a new critical flag up and announces it", async () => {
    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben")]);
    expect(names(wall)).toEqual(["Ann", "Ben"]);

    say(critical("b"));
    await settle(wall);

    expect(names(wall)).toEqual(["Ben", "Ann"]);
    expect(wall.querySelector("[aria-live]")?.textContent).toBe("Ben: Several faces, 0:14");
    expect(wall.querySelector(".tile-critical .tile-title")?.textContent).toBe("Ben");
  });

  it("holds the order while a tile has the focus, and says so", async () => {
    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben")]);
    wall.querySelector<HTMLElement>(".tile-title")?.focus();

    say(critical("b"));
    await settle(wall);

    expect(names(wall)).toEqual(["Ann", "Ben"]);
    const again = [...wall.querySelectorAll("button")].find((button) => button.textContent?.includes("sort again"));
    again?.click();
    await settle(wall);
    expect(names(wall)).toEqual(["Ben", "Ann"]);
  });

  it("filters, searches and shows everybody again", async () => {
    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben", { online: false })]);
    const offline = [...wall.querySelectorAll("button")].find((button) => button.textContent?.includes("Offline"));
    offline?.click();
    await settle(wall);
    expect(names(wall)).toEqual(["Ben"]);
    expect(offline?.getAttribute("aria-pressed")).toBe("true");

    const search = wall.querySelector<HTMLInputElement>("#wall-search");
    if (search !== null) search.value = "ann";
    search?.dispatchEvent(new Event("input"));
    await settle(wall);
    expect(wall.querySelector(".empty-state h2")?.textContent).toBe("Nobody fits");

    wall.querySelector<HTMLElement>(".empty-state button")?.click();
    await settle(wall);
    expect(names(wall)).toEqual(["Ben", "Ann"]);
  });

  it("offers the order of review once a finished sitting was compared, and keeps to it", async () => {
    const plain = await mount([wallRow("a", "Ann")]);
    expect(plain.querySelector("#wall-order")).toBeNull();

    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben", { state: "submitted", unusual: 0.7 })]);
    expect(names(wall)).toEqual(["Ann", "Ben"]);
    const order = wall.querySelector<HTMLSelectElement>("#wall-order");
    if (order !== null) order.value = "review";
    order?.dispatchEvent(new Event("change"));
    await settle(wall);

    expect(names(wall)).toEqual(["Ben", "Ann"]);
  });

  it("shows the newest rows after a lost connection, and a banner meanwhile", async () => {
    const wall = await mount([wallRow("a", "Ann")]);
    closed?.({ code: 1006 });
    await settle(wall);
    expect(wall.querySelector(".wall-banner")?.textContent).toContain("The connection is lost.");

    answer = [wallRow("a", "Ann", { score: 12 }), wallRow("c", "Cleo")];
    const banner = wall.querySelector(".wall-banner");
    wall.querySelector<HTMLElement>(".wall-banner button")?.click();
    await vi.advanceTimersByTimeAsync(10);
    expect(wall.querySelector(".wall-banner")).toBe(banner);
    say({ type: "welcome" });
    await settle(wall);

    expect(wall.querySelector(".wall-banner")).toBeNull();
    expect(names(wall)).toEqual(["Ann", "Cleo"]);
  });

  it("says when there is nobody yet", async () => {
    expect((await mount([])).querySelector(".empty-state h2")?.textContent).toBe("No candidates yet");
  });

  it("puts whoever asks for a person first and above, and says so", async () => {
    const wall = await mount([wallRow("a", "Ann", { score: 50 }), wallRow("b", "Ben")]);
    expect(wall.querySelector(".wall-calls")).toBeNull();

    say({ type: "chat", session: "b", waiting: { unread: 1, help_since: new Date().toISOString() } });
    await settle(wall);

    expect(names(wall)).toEqual(["Ben", "Ann"]);
    expect(wall.querySelector("[aria-live]")?.textContent).toBe("Ben asks for a person.");
    expect(wall.querySelector(".wall-calls h2")?.textContent?.trim()).toBe("1 candidate asks for a person");
    wall.querySelector<HTMLElement>(".wall-calls button")?.click();
    await settle(wall);
    expect(panelTitle(wall)).toBe("Ben n-b");
    say({ type: "chat", session: "b", waiting: { unread: 0, help_since: null } });
    await settle(wall);
    expect(wall.querySelector(".wall-calls")).toBeNull();
  });

  it("opens a candidate beside it, tells the others, and gives the focus back", async () => {
    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben")]);
    title(wall, "Ben").click();
    await settle(wall);

    expect(panelTitle(wall)).toBe("Ben n-b");
    expect(document.activeElement?.id).toBe("panel-title");
    expect(sent).toContainEqual({ type: "look", session: "b" });
    const video = wall.querySelector("live-view");
    expect([video?.getAttribute("session-id"), video?.hasAttribute("begins")]).toEqual(["b", true]);

    press(document.body, "Escape");
    await settle(wall);
    expect(panelTitle(wall)).toBeUndefined();
    expect(sent).toContainEqual({ type: "look", session: null });
    expect(document.activeElement).toBe(title(wall, "Ben"));
  });

  it("leaves a click with a key held to the browser", async () => {
    const wall = await mount([wallRow("a", "Ann")]);
    const click = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true });
    title(wall, "Ann").addEventListener("click", (event) => expect(event.defaultPrevented).toBe(false));
    document.addEventListener("click", (event) => event.preventDefault(), { once: true });
    title(wall, "Ann").dispatchEvent(click);
    await settle(wall);
    expect(panelTitle(wall)).toBeUndefined();
  });

  it("is one stop of the Tab key, walked through with the arrows", async () => {
    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben"), wallRow("c", "Cleo")]);
    const stops = (): string[] => [...wall.querySelectorAll(".tile-title[tabindex='0']")].map(({ textContent }) => textContent ?? "");
    expect(stops()).toEqual(["Ann"]);
    title(wall, "Ann").focus();
    press(title(wall, "Ann"), "ArrowRight");
    await settle(wall);
    expect([stops(), document.activeElement?.textContent]).toEqual([["Ben"], "Ben"]);
    press(title(wall, "Ben"), "End");
    await settle(wall);
    expect(document.activeElement?.textContent).toBe("Cleo");
    expect(wall.querySelector("[data-session='c']")?.getAttribute("aria-posinset")).toBe("3");
    expect(wall.querySelector("[data-session='c']")?.getAttribute("aria-setsize")).toBe("3");
    press(document.body, "/");
    expect(document.activeElement?.id).toBe("wall-search");
  });

  it("finds a candidate by number, and Escape forgets the words", async () => {
    const wall = await mount([wallRow("a", "Ann"), wallRow("b", "Ben")]);
    const search = wall.querySelector<HTMLInputElement>("#wall-search") as HTMLInputElement;
    search.focus();
    search.value = "n-b";
    search.dispatchEvent(new Event("input"));
    await settle(wall);
    expect(names(wall)).toEqual(["Ben"]);
    press(search, "Escape");
    await settle(wall);
    expect(names(wall)).toEqual(["Ann", "Ben"]);
  });

  it("names who else watches, where they look and what they did", async () => {
    const wall = await mount([wallRow("a", "Ann")]);
    expect(wall.querySelector(".wall-watchers")?.textContent).toBe("Nobody else watches now.");

    say({
      type: "watchers",
      watchers: [
        { person: "alice", name: "Alice", session: null },
        { person: "bob", name: "Bob", session: "a" },
      ],
    });
    const act = { at: new Date().toISOString(), action: "session.paused", actor: "Bob", session: "a", candidate: "Ann", minutes: null };
    say({ type: "act", session: "a", act });
    await settle(wall);

    expect(wall.querySelector(".wall-watchers")?.textContent).toBe("Also watching: Bob");
    expect(wall.querySelector(".wall-looked-at")?.textContent).toBe("Looked at by Bob");
    expect(wall.querySelector(".wall-acts summary")?.textContent).toMatch(/^Bob paused Ann\. +\d s ago$/);
  });

  it("shows what two hundred candidates tell at once in one go", async () => {
    const rows = Array.from({ length: 200 }, (_, index) => wallRow(`s${index}`, `Candidate ${index}`));
    const wall = await mount(rows);
    let drawn = 0;
    const update = wall.requestUpdate.bind(wall);
    wall.requestUpdate = (...args: Parameters<typeof update>) => {
      drawn += 1;
      update(...args);
    };
    for (const { id } of rows) {
      const data = { face_count: 1, score: 3, integrity_score: 97, coverage: 1, thumbnail: null, t: 1 };
      say({ type: "frame_analyzed", session: id, data });
    }
    await vi.advanceTimersByTimeAsync(110);
    expect(drawn).toBe(1);
    expect(wall.querySelectorAll(".wall-tile").length).toBeLessThan(30);
  });
});
