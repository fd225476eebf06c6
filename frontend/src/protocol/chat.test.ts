import { expect, test } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/chat.json";
import { MessageError, parseServerMessage } from "./messages";

test.each(fixtures.server.valid)("chat: $name", ({ message }) => {
  expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
});

test.each(fixtures.server.invalid)("chat refused: $name", ({ text, reason }) => {
  expect(() => parseServerMessage(text)).toThrow(MessageError);
  try {
    parseServerMessage(text);
  } catch (error) {
    expect((error as MessageError).fault).toBe(reason);
  }
});
