import { beforeEach, expect, test } from "vitest";

import fixtures from "../../../../tests/fixtures/protocol/messages.json";
import type { SessionView } from "../../protocol/messages";
import { NOT_ASKED } from "../breaks_part";
import type { Room } from "../room";
import "./break_button";
import type { BreakButton } from "./break_button";
import "./break_curtain";
import type { BreakCurtain } from "./break_curtain";

const RUNNING = fixtures.server.valid[0]!.message.session as SessionView;

let calls: string[];

function room(session: SessionView, remainingMs: number | null = null): Room {
  const countdown = { remainingMs: () => remainingMs, isOver: remainingMs === 0 };
  const breaks = {
    countdown,
    take: () => (calls.push("take"), Promise.resolve()),
    comeBack: () => (calls.push("come back"), Promise.resolve()),
  };
  return { view: { session, breaks: NOT_ASKED }, breaks, subscribe: () => () => undefined } as unknown as Room;
}

async function shown<Element extends BreakButton | BreakCurtain>(name: string, given: Room): Promise<Element> {
  const element = document.createElement(name) as Element;
  element.room = given;
  document.body.replaceChildren(element);
  await element.updateComplete;
  return element;
}

async function press(element: BreakButton | BreakCurtain, action: string): Promise<void> {
  element.querySelector<HTMLButtonElement>(`[data-action="${action}"]`)!.click();
  await element.updateComplete;
}

beforeEach(() => {
  calls = [];
});

test("whoever was granted no break sees no button", async () => {
  const element = await shown<BreakButton>("break-button", room(RUNNING));
  expect(element.textContent.trim()).toBe("");
});

test("a break begins after a second word", async () => {
  const session = { ...RUNNING, breaks: { left: 2, minutes: 5, remaining_ms: null } };
  const element = await shown<BreakButton>("break-button", room(session));
  expect(element.textContent).toContain("Take a break (2 left)");
  await press(element, "break");
  expect(element.textContent).toContain("Break of at most 5 minutes: begin?");
  expect(calls).toEqual([]);
  await press(element, "break-begin");
  expect(calls).toEqual(["take"]);
});

test("used up is said, not hidden", async () => {
  const session = { ...RUNNING, breaks: { left: 0, minutes: 5, remaining_ms: null } };
  const element = await shown<BreakButton>("break-button", room(session));
  expect(element.textContent).toContain("No break left");
});

test("the curtain tells what is left and leads back", async () => {
  const session: SessionView = { ...RUNNING, state: "paused", breaks: { left: 1, minutes: 5, remaining_ms: 90_000 } };
  const element = await shown<BreakCurtain>("break-curtain", room(session, 90_000));
  expect(element.querySelector('[role="timer"]')!.textContent).toBe("1:30");
  await press(element, "break-end");
  expect(calls).toEqual(["come back"]);
});
