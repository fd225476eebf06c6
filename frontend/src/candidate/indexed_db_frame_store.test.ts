import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";

import { IndexedDbFrameStore } from "./indexed_db_frame_store";

const DAY_MS = 24 * 3600 * 1000;

test("pictures survive a crash, in their order, and are read as they were kept", async () => {
  const factory = new IDBFactory();
  const before = await IndexedDbFrameStore.open("a", factory);
  await before.add({ seq: 9, tMs: 90, jpeg: new Uint8Array([1, 2]) });
  await before.add({ seq: 10, tMs: 100, jpeg: new Uint8Array([3]) });

  const after = await IndexedDbFrameStore.open("a", factory);

  expect(after.marks).toEqual([
    { seq: 9, bytes: 2 },
    { seq: 10, bytes: 1 },
  ]);
  expect(await after.read(9)).toEqual({ seq: 9, tMs: 90, jpeg: new Uint8Array([1, 2]) });
  await after.forget([9]);
  expect([await after.read(9), after.marks]).toEqual([null, [{ seq: 10, bytes: 1 }]]);
});

test("what was forgotten here for a day is deleted with the next exam", async () => {
  const factory = new IDBFactory();
  const old = await IndexedDbFrameStore.open("old", factory);
  await old.add({ seq: 1, tMs: 0, jpeg: new Uint8Array([1]) });

  await IndexedDbFrameStore.open("new", factory, Date.now() + DAY_MS + 1000);

  expect((await IndexedDbFrameStore.open("old", factory)).marks).toEqual([]);
});
