/**
 * `<form data-passkey="create|show">`: sending it asks the browser for a passkey first and sends that along.
 *
 * What to ask for lies in the page (`data-passkey-options` names the script element) or is fetched from where the
 * form goes to. A form that is `hidden` is shown where the browser knows passkeys.
 */

import { createdJson, creationOptions, requestOptions, shownJson } from "./credentials";
import type { CreationJson, RequestJson } from "./credentials";
import { gettext } from "../words/gettext";

export interface Browser {
  readonly credentials: Pick<CredentialsContainer, "create" | "get"> | undefined;
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
}

const UNKNOWN = gettext("This browser knows no passkeys here. Use another way.");
const STOPPED = gettext("No passkey was used. Try again, or use another way.");

export function mountPasskeyForms(root: Document, browser: Browser): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    if (browser.credentials !== undefined) form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form, browser);
    });
  }
}

async function send(form: HTMLFormElement, browser: Browser): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button");
  const field = form.querySelector<HTMLInputElement>("input[name='credential']");
  if (field === null || button === null || button.disabled) return;
  say(form, "");
  button.disabled = true;
  try {
    field.value = await credentialFor(form, browser);
    form.submit();
  } catch (error) {
    say(form, error instanceof NoPasskeys ? UNKNOWN : STOPPED);
    button.disabled = false;
    button.focus();
  }
}

class NoPasskeys extends Error {}

async function credentialFor(form: HTMLFormElement, browser: Browser): Promise<string> {
  if (browser.credentials === undefined) throw new NoPasskeys();
  const options = await wanted(form, browser);
  if (form.dataset["passkey"] === "create") {
    const alone = form.querySelector<HTMLInputElement>("input[name='passwordless']")?.checked ?? false;
    const publicKey = creationOptions(options["creation_options"] as CreationJson, alone);
    return createdJson(known(await browser.credentials.create({ publicKey })));
  }
  const publicKey = requestOptions(options["request_options"] as RequestJson);
  return shownJson(known(await browser.credentials.get({ publicKey })));
}

async function wanted(form: HTMLFormElement, browser: Browser): Promise<Record<string, unknown>> {
  const id = form.dataset["passkeyOptions"];
  if (id !== undefined) {
    return JSON.parse(form.ownerDocument.getElementById(id)?.textContent ?? "{}") as Record<string, unknown>;
  }
  const answer = await browser.fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return (await answer.json()) as Record<string, unknown>;
}

function known(credential: Credential | null): PublicKeyCredential {
  if (credential === null) throw new Error("no credential came");
  return credential as PublicKeyCredential;
}

function say(form: HTMLFormElement, words: string): void {
  const place = form.querySelector<HTMLElement>("[data-passkey-says]");
  if (place === null) return;
  place.textContent = words;
  place.hidden = words === "";
}
