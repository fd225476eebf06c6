/** The console's pages: the Bootstrap behaviours in use, and htmx under a strict content security policy. */

import "../page";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/modal";
import "bootstrap/js/dist/tab";

import htmx from "htmx.org";

import { mountCopyLinks } from "../console/copy_link";
import { askWhetherHere, mountPresence } from "../console/presence";
import { proposeTimeZone } from "../console/time_zone";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
// New content is wired up and gets the focus at once: a key pressed meanwhile would fall on the wrong control.
htmx.config.defaultSettleDelay = 0;

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  const token = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (token !== undefined) headers["X-CSRFToken"] = decodeURIComponent(token);
});

mountCopyLinks(document);
mountPresence(document, { ask: askWhetherHere, leave: () => location.reload() });
proposeTimeZone(document, Intl.DateTimeFormat().resolvedOptions().timeZone);
