import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import "./live_wall";
import type { LiveWall } from "./live_wall";
import type { WallRow } from "./wall_rows";

let told: ((event: { data: string }) => void) | null = null;
let answer: readonly WallRow[] = [];
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

  send(): void {}
  close(): void {}
}

function row(id: string, candidate: string, changes: Partial<WallRow> = {}): WallRow {
  return {
    id,
    candidate,
    state: "running",
    online: true,
    score: 0,
    integrity_score: 100,
    coverage: 1,
    thumbnail: null,
    newest_flag: null,
    flag_counts: { critical: 0, warning: 0, info: 0 },
    open_flags: [],
    url: `/sessions/${id}/`,
    started_at: "2026-11-21T09:00:00Z",
    remaining_ms: 600_000,
    unusual: null,
    ...changes,
  };
}

async function mount(rows: readonly WallRow[]): Promise<LiveWall> {
  answer = rows;
  const wall = document.createElement("live-wall") as LiveWall;
  wall.config = { exam: "e", urls: { data: "/data", ticket: "/ticket", socket: "/ws/" }, wall: { sessions: rows } };
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
  await vi.advanceTimersByTimeAsync(10);
  await wall.updateComplete;
}

const names = (wall: LiveWall): string[] =>
  [...wall.querySelectorAll(".tile-title")].map((title) => title.textContent?.trim() ?? "");

const critical = (session: string): unknown => ({
  type: "flag.opened",
  session,
  flag: { id: `f-${session}`, rule: "FACES", label: "Several faces", severity: "critical", since_ms: 14_000, t_ms: 16_000, evidence_url: null },
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  vi.stubGlobal("WebSocket", FakeWebSocket);
  vi.stubGlobal("fetch", (url: string) =>
    Promise.resolve(Response.json(url === "/ticket" ? { ticket: "t" } : { sessions: answer })),
  );
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("<live-wall>", () => {
  it("moves a new critical flag up and announces it", async () => {
    const wall = await mount([row("a", "Ann"), row("b", "Ben")]);
    expect(names(wall)).toEqual(["Ann", "Ben"]);

    say(critical("b"));
    await settle(wall);

    expect(names(wall)).toEqual(["Ben", "Ann"]);
    expect(wall.querySelector("[aria-live]")?.textContent).toBe("Ben: Several faces, 0:14");
    expect(wall.querySelector(".tile-critical .tile-title")?.textContent).toBe("Ben");
  });

  it("holds the order while a tile has the focus, and says so", async () => {
    const wall = await mount([row("a", "Ann"), row("b", "Ben")]);
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
    const wall = await mount([row("a", "Ann"), row("b", "Ben", { online: false })]);
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
    const plain = await mount([row("a", "Ann")]);
    expect(plain.querySelector("#wall-order")).toBeNull();

    const wall = await mount([row("a", "Ann"), row("b", "Ben", { state: "submitted", unusual: 0.7 })]);
    expect(names(wall)).toEqual(["Ann", "Ben"]);
    const order = wall.querySelector<HTMLSelectElement>("#wall-order");
    if (order !== null) order.value = "review";
    order?.dispatchEvent(new Event("change"));
    await settle(wall);

    expect(names(wall)).toEqual(["Ben", "Ann"]);
  });

  it("shows the newest rows after a lost connection, and a banner meanwhile", async () => {
    const wall = await mount([row("a", "Ann")]);
    closed?.({ code: 1006 });
    await settle(wall);
    expect(wall.querySelector(".wall-banner")?.textContent).toContain("The connection is lost.");

    answer = [row("a", "Ann", { score: 12 }), row("c", "Cleo")];
    wall.querySelector<HTMLElement>(".wall-banner button")?.click();
    await vi.advanceTimersByTimeAsync(10);
    say({ type: "welcome" });
    await settle(wall);

    expect(wall.querySelector(".wall-banner")).toBeNull();
    expect(names(wall)).toEqual(["Ann", "Cleo"]);
  });

  it("says when there is nobody yet", async () => {
    expect((await mount([])).querySelector(".empty-state h2")?.textContent).toBe("No candidates yet");
  });
});
