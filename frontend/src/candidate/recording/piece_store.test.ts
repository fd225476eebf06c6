import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";

import { IndexedDbPieceStore } from "./indexed_db_piece_store";
import type { UnnumberedPiece } from "./piece";
import { MemoryPieceStore } from "./piece_store";

beforeEach(() => void vi.stubGlobal("IDBKeyRange", IDBKeyRange));

function piece(tMs: number, source: UnnumberedPiece["source"] = "webcam"): UnnumberedPiece {
  return { source, tMs, durationMs: 1000, video: new Blob(["x"], { type: "video/webm" }) };
}

const STORES = [
  ["memory", () => Promise.resolve(new MemoryPieceStore())],
  ["a database", () => IndexedDbPieceStore.open("a", new IDBFactory())],
] as const;

test.each(STORES)("pieces in %s are numbered a source, from what the server knows", async (_name, open) => {
  const store = await open();
  expect((await store.add(piece(0), 1)).seq).toBe(1);
  expect((await store.add(piece(1000), 7)).seq).toBe(7);
  expect((await store.add(piece(2000), 3)).seq).toBe(8);
  expect((await store.add(piece(0, "screen"), 1)).seq).toBe(1);
  await store.forget("webcam", 7);
  const left = (await store.all()).map(({ source, seq, tMs }) => [source, seq, tMs]);
  expect(left).toHaveLength(3);
  expect(left).toEqual(expect.arrayContaining([["screen", 1, 0], ["webcam", 1, 0], ["webcam", 8, 2000]]));
  expect(left.at(-1)).toEqual(["webcam", 8, 2000]);
});

test("a reload finds the pieces and gives no number twice; another sitting sees nothing", async () => {
  const factory = new IDBFactory();
  const before = await IndexedDbPieceStore.open("a", factory);
  await before.add(piece(0), 1);
  await before.forget("webcam", 1);
  await before.add(piece(1000), 1);
  const after = await IndexedDbPieceStore.open("a", factory);
  expect((await after.all()).map(({ seq, tMs }) => [seq, tMs])).toEqual([[2, 1000]]);
  expect((await after.add(piece(2000), 1)).seq).toBe(3);
  expect(await (await IndexedDbPieceStore.open("b", factory)).all()).toEqual([]);
  await after.forgetEverything();
  expect(await after.all()).toEqual([]);
});
