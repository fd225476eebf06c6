/** The live wall of an exam. */

import "../styles/chat.css";
import "../styles/live_view.css";
import "../styles/panel.css";
import "../styles/wall.css";

import "../console/live_wall";
import type { LiveWall } from "../console/live_wall";
import { embeddedJson } from "../console/wall_config";
import type { WallConfig } from "../console/wall_config";

const placeholder = document.querySelector("[data-view='live-wall']");
if (placeholder !== null) {
  const wall = document.createElement("live-wall") as LiveWall;
  wall.config = embeddedJson<WallConfig>("wall-config");
  placeholder.replaceWith(wall);
}
