/** Every page: the shared look, the Bootstrap behaviours in use, htmx under a strict content security policy, the theme. */

import "bootstrap/dist/css/bootstrap.css";
import "../styles/base.css";
import "../styles/console.css";
import "bootstrap/js/dist/alert";
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/modal";
import "bootstrap/js/dist/tab";

import htmx from "htmx.org";

import { mountCopyLinks } from "../console/copy_link";
import { proposeTimeZone } from "../console/time_zone";
import { mountSubmitOnce } from "../submit_once";
import { mountTheme } from "../theme";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
// New content is wired up and gets the focus at once: a key pressed meanwhile would fall on the wrong control.
htmx.config.defaultSettleDelay = 0;

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (token !== undefined) headers["X-CSRFToken"] = decodeURIComponent(token);
});

mountTheme(document, window.matchMedia("(prefers-color-scheme: dark)"), localStorage);
mountCopyLinks(document);
mountSubmitOnce(document, window);
proposeTimeZone(document, Intl.DateTimeFormat().resolvedOptions().timeZone);
