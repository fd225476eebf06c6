/** `<button data-copy="text">Copy link</button>`: copies the text and says so on the button. */

import { gettext } from "../words/gettext";

const SAID_FOR_MS = 2000;

export type CopyText = (text: string) => Promise<void>;

/** Outside a secure context there is no clipboard to write to; a selected field still copies. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("the browser did not copy");
}

export function mountCopyLinks(root: Document, copy: CopyText = copyText): void {
  root.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLButtonElement>("button[data-copy]");
    const text = button?.dataset["copy"];
    if (button === null || button === undefined || text === undefined) return;
    copy(text).then(
      () => say(button, gettext("Copied")),
      () => say(button, gettext("Could not copy")),
    );
  });
}

/** The label comes back node by node: part of it may be for screen readers only. */
function say(button: HTMLButtonElement, words: string): void {
  if (button.dataset["says"] !== undefined) return;
  const label = [...button.childNodes];
  button.dataset["says"] = words;
  button.replaceChildren(words);
  setTimeout(() => {
    delete button.dataset["says"];
    button.replaceChildren(...label);
  }, SAID_FOR_MS);
}
