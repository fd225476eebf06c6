import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ChatMessage } from "../chat/chat_log";
import { message } from "../chat/message.fixture";
import "./chat_panel";
import type { ChatPanel } from "./chat_panel";
import type { ConsoleListener } from "./console_socket";
import { FakeServer } from "./fetch.fixture";

let listener: ConsoleListener | null = null;
let server: FakeServer;

const line = (number: number, changes: Partial<ChatMessage> = {}): ChatMessage => message(number, { author: "Bea", ...changes });

async function mount(messages: readonly ChatMessage[], mayWrite = true): Promise<ChatPanel> {
  const panel = document.createElement("chat-panel") as ChatPanel;
  panel.sessionId = "s1";
  panel.messages = messages;
  panel.mayWrite = mayWrite;
  panel.link = {
    isWelcomed: true,
    say: () => true,
    listen: (added) => {
      listener = added;
      return () => (listener = null);
    },
  };
  document.body.replaceChildren(panel);
  await settle(panel);
  return panel;
}

async function settle(panel: ChatPanel): Promise<void> {
  await vi.waitFor(() => expect(panel.isUpdatePending).toBe(false));
  await Promise.resolve();
}

const texts = (panel: ChatPanel): string[] => [...panel.querySelectorAll(".chat-text")].map(({ textContent }) => textContent ?? "");
const field = (panel: ChatPanel): HTMLTextAreaElement => panel.querySelector("textarea") as HTMLTextAreaElement;

function write(panel: ChatPanel, text: string): void {
  field(panel).value = text;
  field(panel).dispatchEvent(new Event("input"));
}

function enter(panel: ChatPanel, more: KeyboardEventInit = {}): void {
  field(panel).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true, ...more }));
}

const told = (hint: object): void => listener?.told({ type: "chat", session: "s1", waiting: { unread: 0, help_since: null }, ...hint });

beforeEach(() => {
  server = new FakeServer();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe("<chat-panel>", () => {
  it("shows text as text, reads what it shows, and hears what comes", async () => {
    const panel = await mount([line(1, { text: "<img src=x onerror=alert(1)>" })]);
    expect(texts(panel)).toEqual(["<img src=x onerror=alert(1)>"]);
    expect(panel.querySelector("img")).toBeNull();
    expect(server.asked).toEqual([{ url: "/api/v1/sessions/s1/messages/read/", body: { up_to: 1 } }]);

    told({ message: line(2, { side: "proctor", author: "Anna" }) });
    listener?.told({ type: "chat", session: "other", waiting: {}, message: line(9) });
    told({ read: { by: "candidate", up_to: 2 } });
    await settle(panel);
    expect(texts(panel)).toEqual(["<img src=x onerror=alert(1)>", "Line 2"]);
    expect(panel.querySelector(".chat-mine")?.textContent).toContain("Read");
  });

  it("sends with Enter, once, and keeps the words and their name when the line fails", async () => {
    const panel = await mount([]);
    write(panel, "I am here.");
    server.answer = () => Response.error();
    enter(panel, { shiftKey: true });
    expect(server.asked).toEqual([]);
    vi.stubGlobal("fetch", (url: string, request: RequestInit) => {
      server.asked.push({ url, body: JSON.parse(String(request.body)) });
      return server.asked.length === 1 ? Promise.reject(new Error("no line")) : Promise.resolve(Response.json(line(1, { side: "proctor", text: "I am here." })));
    });
    enter(panel);
    await vi.waitFor(() => expect(panel.querySelector("[role='alert']")?.textContent).toContain("could not be reached"));
    expect(field(panel).value).toBe("I am here.");
    enter(panel);
    await vi.waitFor(() => expect(texts(panel)).toEqual(["I am here."]));
    expect(server.asked.length).toBe(2);
    expect(server.asked[1]).toEqual(server.asked[0]);
    expect(field(panel).value).toBe("");
  });

  it("names an open call and settles it", async () => {
    const panel = await mount([line(1, { kind: "help", text: "" })]);
    expect(texts(panel)).toEqual(["Asked for a person"]);
    panel.querySelector<HTMLElement>(".chat-call button")?.click();
    await vi.waitFor(() => expect(server.asked.at(-1)?.url).toBe("/api/v1/sessions/s1/messages/answered/"));
    told({});
    await settle(panel);
    expect(panel.querySelector(".chat-call")).toBeNull();
  });

  it("forgets everything of the candidate before", async () => {
    const panel = await mount([line(1)]);
    write(panel, "half a line");
    panel.sessionId = "s2";
    panel.messages = [line(1, { text: "Another" })];
    await settle(panel);
    expect([texts(panel), field(panel).value]).toEqual([["Another"], ""]);
  });

  it("lets whoever may only look only look", async () => {
    const panel = await mount([line(1)], false);
    expect(panel.querySelector("textarea")).toBeNull();
    expect(server.asked).toEqual([]);
  });
});
