import { expect, test } from "vitest";

import type { Told } from "../protocol/told";
import { toldWords } from "./elements/told_list";
import { hostFor, WELCOME } from "./part_host.fixture";
import { ToldPart } from "./told_part";

const WARNING: Told = { kind: "warning", number: 1, t_ms: 5000, text: "Please stay.", minutes: 0, read_ms: null };
const TIME: Told = { kind: "time", number: 1, t_ms: 9000, text: "", minutes: 5, read_ms: null };

test("a warning stands until it is read, which is a fact told once", () => {
  const host = hostFor();
  const part = new ToldPart(host);
  part.received({ type: "told", told: WARNING });
  part.received({ type: "told", told: WARNING });
  expect(host.view.told).toEqual([WARNING]);

  part.markRead(host.view.told[0]!);
  part.markRead(host.view.told[0]!);

  expect(host.facts).toEqual([["warning_read", { number: 1 }]]);
  expect(host.view.told[0]!.read_ms).not.toBeNull();
});

test("a welcome brings what was told before, and forgets no reading that is still on its way", () => {
  const host = hostFor();
  const part = new ToldPart(host);
  part.received({ type: "told", told: WARNING });
  part.markRead(WARNING);
  const second = { ...WARNING, number: 2 };
  part.welcomed({ ...WELCOME, told: [WARNING, second, TIME] });

  expect(host.view.told.map(({ kind, number, read_ms }) => [kind, number, read_ms !== null])).toEqual([
    ["warning", 1, true],
    ["warning", 2, false],
    ["time", 1, true],
  ]);
});

test("time that is given is told in words, and its reading is nobody's business", () => {
  const host = hostFor();
  const part = new ToldPart(host);
  part.received({ type: "told", told: TIME });
  part.markRead(TIME);
  expect([toldWords(TIME), toldWords(WARNING), host.facts]).toEqual(["You were given 5 minutes more.", "Please stay.", []]);
});
