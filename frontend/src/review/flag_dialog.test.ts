import type htmx from "htmx.org";
import { beforeEach, describe, expect, it } from "vitest";

import { FlagDialog } from "./flag_dialog";

const asked: string[] = [];

/** Answers as the server does: the flag's title and its neighbours. */
const loader = {
  ajax: (_verb: string, address: string, { target }: { target: HTMLElement }) => {
    asked.push(address);
    const number = Number(address.split("/")[2]?.slice(1));
    target.innerHTML = `<h2 id="flag-title" tabindex="-1">Flag ${number}</h2>
      <a id="flag-earlier" data-flag="f${number - 1}" href="#"></a>
      <a id="flag-later" data-flag="f${number + 1}" href="#"></a>
      <textarea id="reason"></textarea><button data-close-dialog></button>`;
    return Promise.resolve();
  },
} as unknown as typeof htmx;

function element<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (found === null) throw new Error(`no ${selector}`);
  return found;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

function press(target: HTMLElement, key: string): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

// One for all: it listens on the document.
document.body.innerHTML = `<a id="flag-f2" data-flag="f2" href="/flags/f2/">open</a>
  <dialog id="flag-dialog"><div id="flag-dialog-content"></div></dialog>`;
new FlagDialog(element<HTMLDialogElement>("#flag-dialog"), element("#flag-dialog-content"), loader);

beforeEach(async () => {
  element<HTMLDialogElement>("#flag-dialog").close();
  asked.length = 0;
  element("#flag-f2").click();
  await settle();
});

describe("the dialog of a flag", () => {
  it("opens the flag in place of its page", () => {
    expect(asked).toEqual(["/flags/f2/"]);
    expect(element<HTMLDialogElement>("#flag-dialog").open).toBe(true);
    expect(document.activeElement?.id).toBe("flag-title");
  });

  it("goes to the earlier and the later flag by arrow keys", async () => {
    press(element("#flag-title"), "ArrowRight");
    await settle();
    press(element("#flag-title"), "ArrowLeft");
    await settle();

    expect(asked).toEqual(["/flags/f2/", "/flags/f3/", "/flags/f2/"]);
  });

  it("leaves the arrow keys to whoever is typing", () => {
    press(element("#reason"), "ArrowLeft");

    expect(asked).toEqual(["/flags/f2/"]);
  });

  it("closes and gives the focus back to what opened it", () => {
    element("[data-close-dialog]").click();

    expect(element<HTMLDialogElement>("#flag-dialog").open).toBe(false);
    expect(document.activeElement?.id).toBe("flag-f2");
  });
});
