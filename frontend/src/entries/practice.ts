/** The practice run before an exam. */

import "../styles/room.css";

import "../candidate/elements/practice_page";
import type { PracticePage } from "../candidate/elements/practice_page";
import { Practice } from "../candidate/practice";
import type { PracticeConfig } from "../candidate/practice";

const root = document.querySelector<HTMLElement>("[data-view='practice']");
const text = document.getElementById("practice-config")?.textContent;
if (root !== null && text !== null && text !== undefined) {
  const page = document.createElement("practice-page") as PracticePage;
  const practice = new Practice(JSON.parse(text) as PracticeConfig, () => page.requestUpdate());
  page.practice = practice;
  root.replaceChildren(page);
  window.addEventListener("pagehide", () => practice.end());
}
