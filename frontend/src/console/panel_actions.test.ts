import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import "./panel_actions";
import type { PanelActions } from "./panel_actions";
import { wallRow } from "./wall_row.fixture";
import type { WallRow } from "./wall_rows";
import { FakeServer } from "./fetch.fixture";

let server: FakeServer;

async function mount(changes: Partial<WallRow> = {}): Promise<PanelActions> {
  const actions = document.createElement("panel-actions") as PanelActions;
  actions.row = wallRow("s1", "Bea", changes);
  document.body.replaceChildren(actions);
  await actions.updateComplete;
  return actions;
}

const button = (actions: PanelActions, act: string): HTMLElement => actions.querySelector(`[data-act="${act}"]`) as HTMLElement;
const done = (actions: PanelActions): string => actions.querySelector("[role='status']")?.textContent ?? "";

function submit(actions: PanelActions, act: string): void {
  button(actions, act).closest("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
}

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe("<panel-actions>", () => {
  it("pauses what runs and lets go on what is paused, and says so", async () => {
    const actions = await mount();
    button(actions, "pause").click();
    await vi.waitFor(() => expect(done(actions)).toBe("The exam of Bea is paused: the clock stands still."));
    actions.row = wallRow("s1", "Bea", { state: "paused" });
    await actions.updateComplete;
    button(actions, "pause").click();
    await vi.waitFor(() => expect(done(actions)).toBe("The exam of Bea goes on."));
    expect(server.asked.map(({ url }) => url)).toEqual(["/api/v1/sessions/s1/pause/", "/api/v1/sessions/s1/resume/"]);
  });

  it("gives time and warns", async () => {
    const actions = await mount();
    (actions.querySelector("#panel-minutes") as HTMLSelectElement).value = "15";
    submit(actions, "extend");
    await vi.waitFor(() => expect(done(actions)).toBe("15 minutes more were given."));
    (actions.querySelector("#panel-warning") as HTMLTextAreaElement).value = "Please stay.";
    submit(actions, "warn");
    await vi.waitFor(() => expect(done(actions)).toBe("The warning is shown."));
    expect(server.asked).toEqual([
      { url: "/api/v1/sessions/s1/extend/", body: { minutes: 15 } },
      { url: "/api/v1/sessions/s1/warn/", body: { message: "Please stay." } },
    ]);
  });

  it("terminates only after a question and with a reason", async () => {
    const actions = await mount();
    const dialog = actions.querySelector("dialog") as HTMLDialogElement;
    button(actions, "terminate").click();
    expect([dialog.open, server.asked]).toEqual([true, []]);
    server.answer = () => Response.json({ code: "reason", message: "Say why." }, { status: 400 });
    submit(actions, "confirm-terminate");
    await vi.waitFor(() => expect(dialog.querySelector("[role='alert']")?.textContent).toBe("Say why."));
    expect(dialog.open).toBe(true);
    server.answer = () => Response.json({});
    (actions.querySelector("#panel-reason") as HTMLTextAreaElement).value = "Somebody else sat down.";
    submit(actions, "confirm-terminate");
    await vi.waitFor(() => expect(dialog.open).toBe(false));
    expect(server.asked.at(-1)).toEqual({ url: "/api/v1/sessions/s1/terminate/", body: { reason: "Somebody else sat down." } });
  });

  it("has nothing to offer once the exam is over", async () => {
    const actions = await mount({ state: "submitted" });
    expect(actions.querySelector("button")).toBeNull();
    expect(actions.textContent).toContain("not under way");
  });
});
