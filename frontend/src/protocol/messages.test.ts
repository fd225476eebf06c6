import { expect, test } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/messages.json";
import { EVENT_NAMES, MessageError, parseServerMessage } from "./messages";

function faultOf(text: string): string {
  try {
    parseServerMessage(text);
    return "accepted";
  } catch (error) {
    return error instanceof MessageError ? error.fault : String(error);
  }
}

test("event names are those of the fixtures", () => {
  expect([...EVENT_NAMES]).toEqual(fixtures.event_names);
});

test.each(fixtures.server.valid)("server message: $name", ({ message }) => {
  expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
});

test.each(fixtures.server.invalid)("server message refused: $name", ({ text, reason }) => {
  expect(faultOf(text)).toBe(reason);
});
