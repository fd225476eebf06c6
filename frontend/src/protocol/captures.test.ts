import { expect, test } from "vitest";

import messages from "../../../tests/fixtures/protocol/messages.json";
import fixtures from "../../../tests/fixtures/protocol/recording.json";
import { MessageError, parseServerMessage } from "./messages";

function faultOf(text: string): string {
  try {
    parseServerMessage(text);
    return "accepted";
  } catch (error) {
    return error instanceof MessageError ? error.fault : String(error);
  }
}

test.each(fixtures.server.valid)("server message: $name", ({ message }) => {
  expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
});

test.each(fixtures.server.invalid)("server message refused: $name", ({ text, reason }) => {
  expect(faultOf(text)).toBe(reason);
});

test("a welcome tells where the numbers go on and what is wanted", () => {
  const welcome = { ...messages.server.valid[0]!.message, recording: fixtures.welcome };
  expect(parseServerMessage(JSON.stringify(welcome))).toEqual(welcome);
  expect(faultOf(JSON.stringify({ ...welcome, recording: { ...fixtures.welcome, next_seq: { webcam: 0 } } }))).toBe("bad_field");
  expect(faultOf(JSON.stringify({ ...welcome, recording: {} }))).toBe("bad_field");
});
