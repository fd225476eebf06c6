import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, test, vi } from "vitest";

import { forgetExam } from "./forget_exam";
import { IndexedDbEventStore } from "./indexed_db_event_store";
import { IndexedDbFrameStore } from "./indexed_db_frame_store";

vi.stubGlobal("IDBKeyRange", IDBKeyRange);

test("nothing of this sitting stays, and another one's is left alone", async () => {
  const factory = new IDBFactory();
  for (const session of ["over", "other"]) {
    const events = await IndexedDbEventStore.open(session, factory);
    await events.append({ t: 1, ev: "copy", n: 1 });
    const frames = await IndexedDbFrameStore.open(session, factory);
    await frames.add({ seq: 1, tMs: 5, jpeg: new Uint8Array([1]) });
  }

  await forgetExam("over", factory);

  const left = async (session: string): Promise<unknown[]> => {
    const events = await IndexedDbEventStore.open(session, factory);
    const frames = await IndexedDbFrameStore.open(session, factory);
    return [await events.highestSeq(), (await events.oldest(9)).length, frames.marks];
  };
  expect(await left("over")).toEqual([null, 0, []]);
  expect(await left("other")).toEqual([1, 1, [{ seq: 1, bytes: 1 }]]);
});
