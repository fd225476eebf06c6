/** After the end: whatever this browser kept of a sitting is deleted, also after a crash in its last minute. */

import { IndexedDbEventStore } from "./indexed_db_event_store";
import { IndexedDbFrameStore } from "./indexed_db_frame_store";

export async function forgetExam(sessionId: string, factory: IDBFactory): Promise<void> {
  for (const store of [await IndexedDbEventStore.open(sessionId, factory), await IndexedDbFrameStore.open(sessionId, factory)]) {
    await store.forgetAll();
    store.close();
  }
}
