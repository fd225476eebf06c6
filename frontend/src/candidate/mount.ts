/** Puts the room into the page; the returned function takes it out again. */

import "./elements/room_page";
import type { RoomPage } from "./elements/room_page";
import { MemoryEventStore } from "./event_store";
import type { EventStore } from "./event_store";
import { MemoryFrameStore } from "./frame_store";
import type { FrameStore } from "./frame_store";
import { IndexedDbEventStore } from "./indexed_db_event_store";
import { IndexedDbFrameStore } from "./indexed_db_frame_store";
import { Room } from "./room";
import { readRoomConfig } from "./room_config";

export async function mountRoom(root: HTMLElement): Promise<() => void> {
  const config = readRoomConfig(document);
  const room = new Room(config, await openStore(config.session.id), await openFrames(config.session.id));
  const page = document.createElement("room-page") as RoomPage;
  page.room = room;
  root.replaceChildren(page);
  room.begin();
  // A page that comes back from the browser's own memory has lost its socket and its watch: begin anew.
  const beginAnew = (event: PageTransitionEvent): void => {
    if (event.persisted) location.reload();
  };
  window.addEventListener("pageshow", beginAnew);
  return () => {
    window.removeEventListener("pageshow", beginAnew);
    room.end();
    page.remove();
  };
}

/** Some private windows refuse a database: then events at least survive a lost connection. */
async function openStore(sessionId: string): Promise<EventStore> {
  try {
    return await IndexedDbEventStore.open(sessionId, indexedDB);
  } catch (error) {
    console.warn("events are kept in memory only", error);
    return new MemoryEventStore();
  }
}

async function openFrames(sessionId: string): Promise<FrameStore> {
  try {
    return await IndexedDbFrameStore.open(sessionId, indexedDB);
  } catch (error) {
    console.warn("pictures are kept in memory only", error);
    return new MemoryFrameStore();
  }
}
