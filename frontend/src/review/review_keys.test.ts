import { beforeEach, describe, expect, it, vi } from "vitest";

import { ReviewKeys } from "./review_keys";

const loader = { ajax: vi.fn(() => Promise.resolve()) };

const BODY = `<div id="review-trouble" role="alert"></div>
<div id="review-body">
  <form id="undo-form"></form>
  <a id="moment-earlier" href="#"></a><a id="moment-later" href="#"></a>
  <h2 id="moment-title" tabindex="-1" data-focus>No face seen</h2>
  <form id="verdict-form">
    <input type="checkbox" name="flag" value="f1" checked>
    <input type="radio" name="decision" id="decision-confirmed" value="confirmed" data-key="c">
    <input type="radio" name="decision" id="decision-dismissed" value="dismissed" data-key="d">
    <input type="text" id="verdict-reason" name="reason" value="">
    <div data-reasons="confirmed" hidden><button type="button" data-reason="It happened.">It happened.</button></div>
    <div data-reasons="dismissed" hidden><button type="button" data-reason="Nothing wrong.">Nothing wrong.</button>
      <button type="button" id="chip" data-reason="A pen.">A pen.</button></div>
  </form>
  <form id="decide-form"><input type="radio" name="recommendation" id="outcome-PASS" value="PASS" data-key="1">
    <textarea id="outcome-reason"></textarea></form>
</div>
<button data-show-keys hidden></button><dialog id="review-keys"></dialog>`;

function found<T extends HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (element === null) throw new Error(`no ${selector}`);
  return element;
}

function press(target: Element, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

function happened(name: string, detail: object = {}): CustomEvent {
  const event = new CustomEvent(name, { detail, bubbles: true });
  document.body.dispatchEvent(event);
  return event;
}

/** What was clicked or sent, by id. */
const acts: string[] = [];

// One for all: it listens on the document.
document.body.innerHTML = BODY;
new ReviewKeys(document, loader);
document.addEventListener("click", (event) => acts.push((event.target as Element).id));
document.addEventListener("submit", (event) => {
  event.preventDefault();
  acts.push((event.target as Element).id);
});

beforeEach(() => {
  document.body.innerHTML = BODY;
  happened("htmx:afterSettle");
  acts.length = 0;
  loader.ajax.mockClear();
});

const reason = (): HTMLInputElement => found("#verdict-reason");

describe("reviewing by keyboard", () => {
  it("goes to the next moment and the one before", () => {
    press(document.body, "j");
    press(document.body, "k");

    expect(acts).toEqual(["moment-later", "moment-earlier"]);
  });

  it("chooses a decision, suggests a reason and lets it be typed over", () => {
    const event = press(found("#moment-title"), "d");

    expect(found<HTMLInputElement>("#decision-dismissed").checked).toBe(true);
    expect(reason().value).toBe("Nothing wrong.");
    expect(document.activeElement).toBe(reason());
    expect(found("[data-reasons=dismissed]").hidden).toBe(false);
    expect(found("[data-reasons=confirmed]").hidden).toBe(true);
    expect(event.defaultPrevented).toBe(true);
  });

  it("changes the suggestion with the decision, and never what was written", () => {
    press(found("#moment-title"), "d");
    press(found("#moment-title"), "c");
    expect(reason().value).toBe("It happened.");

    reason().value = "She bent down.";
    press(found("#moment-title"), "d");
    expect(reason().value).toBe("She bent down.");
  });

  it("takes a suggested reason on a click", () => {
    press(found("#moment-title"), "d");
    found("#chip").click();

    expect(reason().value).toBe("A pen.");
    expect(document.activeElement).toBe(reason());
  });

  it("leaves letters to whoever is typing, and Escape leads out", () => {
    reason().focus();
    const event = press(reason(), "d");
    expect(event.defaultPrevented).toBe(false);
    expect(found<HTMLInputElement>("#decision-dismissed").checked).toBe(false);

    press(reason(), "Escape");
    expect(document.activeElement?.id).toBe("moment-title");
  });

  it("leaves the browser's own keys alone", () => {
    expect(press(document.body, "d", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(press(document.body, "x").defaultPrevented).toBe(false);
    expect(acts).toEqual([]);
  });

  it("undoes, recommends and decides", () => {
    press(document.body, "u");
    press(document.body, "1");
    expect(document.activeElement?.id).toBe("outcome-reason");
    press(found("#outcome-reason"), "Enter", { ctrlKey: true });

    expect(found<HTMLInputElement>("#outcome-PASS").checked).toBe(true);
    expect(acts).toEqual(["undo-form", "decide-form"]);
  });

  it("shows its keys", () => {
    press(document.body, "?");

    expect(found<HTMLDialogElement>("#review-keys").open).toBe(true);
  });

  it("does nothing twice while an answer is awaited", () => {
    happened("htmx:beforeRequest");
    press(document.body, "u");
    press(document.body, "j");
    expect(acts).toEqual([]);
    expect(found("#review-body").getAttribute("aria-busy")).toBe("true");

    happened("htmx:afterRequest");
    press(document.body, "j");
    expect(acts).toEqual(["moment-later"]);
  });
});

describe("answers", () => {
  it("put the focus on the new moment, or on what is wrong", () => {
    happened("htmx:afterSettle");
    expect(document.activeElement?.id).toBe("moment-title");

    reason().setAttribute("aria-invalid", "true");
    happened("htmx:afterSettle");
    expect(document.activeElement).toBe(reason());
  });

  it("leave the focus where it is when the report is asked for", () => {
    reason().focus();
    const elt = document.createElement("span");
    elt.setAttribute("data-refresh-soon", "");
    happened("htmx:afterSettle", { requestConfig: { elt } });

    expect(document.activeElement).toBe(reason());
  });

  it.each([
    [409, true],
    [422, true],
    [500, false],
  ])("of status %d are shown: %s", (status, shown) => {
    const detail = { xhr: { status }, shouldSwap: false, isError: true };
    happened("htmx:beforeSwap", detail);

    expect(detail.shouldSwap).toBe(shown);
    expect(detail.isError).toBe(!shown);
  });

  it("that do not come are told, and what was typed stays", () => {
    reason().value = "She bent down.";
    happened("htmx:sendError");

    expect(found("#review-trouble").textContent).toContain("not saved");
    expect(reason().value).toBe("She bent down.");
    happened("htmx:beforeRequest");
    expect(found("#review-trouble").textContent).toBe("");
    happened("htmx:afterRequest");
  });
});
