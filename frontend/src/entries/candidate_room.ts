/** The candidate's room. */

import "../styles/chat.css";
import "../styles/room.css";
import "../styles/room_chat.css";

import { mountRoom } from "../candidate/mount";
import { gettext } from "../words/gettext";

const root = document.querySelector<HTMLElement>("[data-view='candidate-room']");
if (root !== null) {
  mountRoom(root).catch((error: unknown) => {
    console.error(error);
    root.textContent = gettext("This page could not be set up. Reload it; if that does not help, ask the person who invited you.");
  });
}
