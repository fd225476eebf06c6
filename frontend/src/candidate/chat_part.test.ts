import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { message } from "../chat/message.fixture";
import type { ChatMessage } from "../chat/chat_log";
import type { ClientMessage, SessionView } from "../protocol/messages";
import { ChatPart } from "./chat_part";
import { NO_CHAT } from "./chat_view";
import type { RoomHost } from "./room_part";
import type { RoomView } from "./room_view";

let said: ClientMessage[] = [];
let isConnected = true;
let view: RoomView;

function host(): RoomHost {
  return {
    config: { session: { id: "s1" } } as RoomHost["config"],
    get view() {
      return view;
    },
    show: (change) => {
      view = { ...view, ...change };
    },
    say: (message) => {
      if (isConnected) said.push(message);
      return isConnected;
    },
    tell: () => undefined,
    send: () => true,
    nowMs: () => 0,
  };
}

const fromProctor = (number: number): ChatMessage => message(number, { side: "proctor" });

const sentIds = (): string[] => said.flatMap((one) => (one.type === "chat" ? [one.client_id] : []));
const welcome = (part: ChatPart): void => part.welcomed();

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  said = [];
  isConnected = true;
  view = { chat: NO_CHAT } as RoomView;
});
afterEach(() => vi.useRealTimers());

describe("ChatPart", () => {
  it("asks for what it does not know, and shows what comes", () => {
    const part = new ChatPart(host());
    welcome(part);
    expect(said).toEqual([{ type: "chat_since", number: 0 }]);
    part.received({ type: "chat_history", messages: [fromProctor(1), fromProctor(2)], attended: true });
    part.interrupted();
    welcome(part);
    expect(said.at(-1)).toEqual({ type: "chat_since", number: 2 });
    expect([view.chat.messages.length, view.chat.attended]).toEqual([2, true]);
  });

  it("keeps what is written without a line over a reload, and sends it once there is one", () => {
    isConnected = false;
    const part = new ChatPart(host());
    part.write("Is anybody there?");
    part.write("   ");
    expect(view.chat.waiting.map(({ text, problem }) => [text, problem])).toEqual([["Is anybody there?", null]]);

    const again = new ChatPart(host());
    again.begin();
    isConnected = true;
    welcome(again);
    const [id] = sentIds();
    expect(said.at(-1)).toEqual({ type: "chat", client_id: id, kind: "chat", text: "Is anybody there?" });
    again.received({ type: "chat", message: message(1, { side: "candidate", client_id: id ?? "" }), attended: false });
    expect([view.chat.waiting, view.chat.messages.length, view.chat.attended]).toEqual([[], 1, false]);
    expect(localStorage.length).toBe(0);
    again.end();
  });

  it("sends again under the same name when no answer comes", () => {
    const part = new ChatPart(host());
    welcome(part);
    part.write("Hello");
    vi.advanceTimersByTime(15_000);
    const ids = sentIds();
    expect(ids.length).toBe(2);
    expect(new Set(ids).size).toBe(1);
    part.received({ type: "chat", message: message(1, { side: "candidate", client_id: ids[0] ?? "" }) });
    vi.advanceTimersByTime(60_000);
    expect(sentIds().length).toBe(2);
  });

  it("calls a person once, until the call is answered", () => {
    const part = new ChatPart(host());
    part.askForPerson();
    part.askForPerson();
    const [id] = sentIds();
    expect(sentIds().length).toBe(1);
    part.received({ type: "chat", message: message(1, { side: "candidate", kind: "help", text: "", client_id: id ?? "" }) });
    part.askForPerson();
    expect(sentIds().length).toBe(1);
    part.received({ type: "chat", message: fromProctor(2) });
    expect(view.chat.messages[0]?.answered_at).not.toBeNull();
    part.askForPerson();
    expect(sentIds().length).toBe(2);
  });

  it("waits when it was too fast, and shows what was not taken at all", () => {
    const part = new ChatPart(host());
    part.write("One");
    part.write("Two");
    const [first, second] = [...new Set(sentIds())];
    part.received({ type: "chat_refused", client_id: first ?? "", code: "too_fast", text: "In a minute." });
    part.received({ type: "chat_refused", client_id: second ?? "", code: "text_invalid", text: "Signs." });
    expect(view.chat.waiting.map(({ text, problem }) => [text, problem])).toEqual([
      ["Two", "Signs."],
      ["One", "In a minute."],
    ]);
    said = [];
    vi.advanceTimersByTime(60_000);
    expect(sentIds()).toEqual([first]);
  });

  it("reads what stands open before a person, and nothing behind a closed box", () => {
    const part = new ChatPart(host());
    part.received({ type: "chat", message: fromProctor(3) });
    expect(said).toEqual([]);
    part.toggle();
    expect(said).toEqual([{ type: "chat_read", up_to: 3 }]);
    part.toggle(false);
    part.toggle(true);
    expect(said.length).toBe(1);
  });

  it("leaves no words in the browser after the exam", () => {
    isConnected = false;
    const part = new ChatPart(host());
    part.write("Late");
    part.sessionChanged({ state: "submitted" } as SessionView);
    expect([localStorage.length, new ChatPart(host()) instanceof ChatPart]).toEqual([0, true]);
  });

  it("starts from nothing where what was kept cannot be read", () => {
    localStorage.setItem("invigil.chat.s1", '[{"text": 1}, null');
    const part = new ChatPart(host());
    part.begin();
    expect(view.chat.waiting).toEqual([]);
    part.end();
  });
});
