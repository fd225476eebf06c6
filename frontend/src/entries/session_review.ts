/** The page of one session, and the pages of its flags. */

import "../styles/wall.css";
import "../styles/chat.css";
import "../styles/session.css";
import "../styles/live_view.css";
import "../styles/recording.css";

import htmx from "htmx.org";

import { embeddedJson } from "../console/wall_config";
import { FlagDialog } from "../review/flag_dialog";
import "../review/recording_player";
import { RiskCurve } from "../review/risk_curve";
import "../review/session_clock";
import type { SessionConfig } from "../review/session_config";
import { SessionPage } from "../review/session_page";

const dialog = document.querySelector<HTMLDialogElement>("#flag-dialog");
const content = document.querySelector<HTMLElement>("#flag-dialog-content");
const curveRoot = document.querySelector<HTMLElement>("[data-view='risk-curve']");
const banner = document.querySelector<HTMLElement>("[data-view='session-banner']");

if (dialog !== null && content !== null && curveRoot !== null && banner !== null) {
  const flags = new FlagDialog(dialog, content, htmx);
  const curve = new RiskCurve(curveRoot, (id) => flags.open(id));
  new SessionPage(embeddedJson<SessionConfig>("session-config"), curve, banner).begin();
}
