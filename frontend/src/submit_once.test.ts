import { afterEach, beforeEach, expect, it } from "vitest";

import { mountSubmitOnce } from "./submit_once";

let unmount: () => void;

beforeEach(() => {
  unmount = mountSubmitOnce(document, window);
});

afterEach(() => unmount());

function form(method: string): HTMLFormElement {
  document.body.innerHTML = `<form method="${method}"><button>Send</button></form>`;
  return document.querySelector("form") as HTMLFormElement;
}

/** Whether the browser would send it. */
function send(target: HTMLFormElement): boolean {
  return target.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
}

it("a form is sent once", () => {
  const target = form("post");

  expect([send(target), send(target), send(target)]).toEqual([true, false, false]);
});

it("a search may be sent again", () => {
  const target = form("get");

  expect([send(target), send(target)]).toEqual([true, true]);
});

it("a download may be asked for again", () => {
  const target = form("post");
  target.dataset.download = "";

  expect([send(target), send(target)]).toEqual([true, true]);
});

it("a form that a script has taken over may be sent by it again", () => {
  const target = form("post");
  const script = (event: Event): void => event.preventDefault();
  target.addEventListener("submit", script);
  send(target);
  target.removeEventListener("submit", script);

  expect(send(target)).toBe(true);
});

it("a page that is shown again, after going back, can be sent again", () => {
  const target = form("post");
  send(target);
  window.dispatchEvent(new Event("pageshow"));

  expect(send(target)).toBe(true);
});
