import { expect, test } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/signals.json";
import { parseServerMessage } from "./messages";
import { configurationOf, readConsoleNews } from "./signals";
import type { Ice } from "./signals";

test.each(fixtures.to_room.valid)("the room reads $name", ({ message }) => {
  expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
});

test.each(fixtures.to_room.invalid)("the room refuses $name", ({ message }) => {
  expect(() => parseServerMessage(JSON.stringify(message))).toThrow("a field of the signal message is wrong");
});

test.each(fixtures.to_console.valid)("the console reads $name", ({ message }) => {
  expect(readConsoleNews(message)).toEqual(message);
});

test.each(fixtures.to_console.invalid)("the console passes over $name", ({ message }) => {
  expect(readConsoleNews(message)).toBeNull();
});

test("what is no signal is none", () => {
  expect([null, 7, { type: "presence" }, { type: "signal", what: "toString", watch: "w1" }].map(readConsoleNews)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("a relay alone is asked for where neither side may learn the other's address", () => {
  const ice = fixtures.to_room.valid[0]!.message.ice as Ice;

  expect(configurationOf({ ...ice, relay_only: true })).toEqual({ iceServers: ice.servers, iceTransportPolicy: "relay" });
  expect(configurationOf({ servers: [], relay_only: false })).toEqual({ iceServers: [], iceTransportPolicy: "all" });
});
