import { beforeEach, describe, expect, it } from "vitest";

import { fromBase64Url, toBase64Url } from "./credentials";
import { mountPasskeyForms } from "./forms";
import type { Browser } from "./forms";

const CHALLENGE = "_-8A";
const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;

function page(kind: string, options?: unknown, inside = ""): HTMLFormElement {
  document.body.innerHTML = `
    <script id="options" type="application/json">${JSON.stringify(options ?? {})}</script>
    <form data-passkey="${kind}" ${options === undefined ? "" : 'data-passkey-options="options"'} action="/key/" hidden>
      <input type="hidden" name="credential">${inside}
      <p data-passkey-says hidden></p><button>Go</button>
    </form>`;
  return document.querySelector("form") as HTMLFormElement;
}

/** Resolves when the form is sent: with what it sends. */
function sent(form: HTMLFormElement): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    form.submit = () =>
      resolve(JSON.parse((form.elements.namedItem("credential") as HTMLInputElement).value));
  });
}

function said(form: HTMLFormElement): Promise<string> {
  const place = form.querySelector("[data-passkey-says]") as HTMLElement;
  return new Promise((resolve) => {
    new MutationObserver(() => {
      if (place.textContent) resolve(place.textContent);
    }).observe(place, { childList: true, attributes: true });
  });
}

const asked: (CredentialCreationOptions | CredentialRequestOptions)[] = [];

function browser(response: object, extra: Partial<Browser> = {}): Browser {
  const answer = async (options?: CredentialCreationOptions | CredentialRequestOptions) => {
    asked.push(options ?? {});
    return {
      id: "AQI",
      rawId: bytes(1, 2),
      type: "public-key",
      response,
      getClientExtensionResults: () => ({ credProps: { rk: true } }),
    } as unknown as Credential;
  };
  return { credentials: { create: answer, get: answer }, fetch: () => Promise.reject(new Error("none")), ...extra };
}

function press(form: HTMLFormElement): void {
  form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
}

describe("passkey forms", () => {
  beforeEach(() => asked.splice(0));

  it("carries bytes there and back", () => {
    for (const text of ["", "AA", "_-8A", "AQIDBA"]) {
      expect(toBase64Url(fromBase64Url(text).buffer)).toBe(text);
    }
  });

  it("makes a passkey that opens the account alone, and sends it", async () => {
    const publicKey = {
      challenge: CHALLENGE,
      rp: { id: "localhost", name: "Invigil" },
      user: { id: "AQID", name: "a", displayName: "A" },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      excludeCredentials: [{ type: "public-key", id: "AQ" }],
      authenticatorSelection: { userVerification: "preferred" },
    };
    const form = page("create", { creation_options: { publicKey } }, "<input type=checkbox name=passwordless checked>");
    mountPasskeyForms(document, browser({ clientDataJSON: bytes(3), attestationObject: bytes(4) }));
    expect(form.hidden).toBe(false);
    const done = sent(form);
    press(form);
    expect(await done).toEqual({
      id: "AQI",
      rawId: "AQI",
      type: "public-key",
      response: { clientDataJSON: "Aw", attestationObject: "BA" },
      clientExtensionResults: { credProps: { rk: true } },
    });
    const wanted = (asked[0] as { publicKey: PublicKeyCredentialCreationOptions }).publicKey;
    expect(new Uint8Array(wanted.challenge as ArrayBuffer)).toEqual(Uint8Array.from([255, 239, 0]));
    expect(wanted.authenticatorSelection).toEqual({
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
  });

  it("fetches what to ask for where the page does not hold it", async () => {
    const form = page("show");
    const assertion = { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(3), userHandle: bytes(4) };
    const answer = { request_options: { publicKey: { challenge: CHALLENGE, userVerification: "required" } } };
    const fetched: string[] = [];
    mountPasskeyForms(
      document,
      browser(assertion, {
        fetch: async (address) => {
          fetched.push(new URL(address, "https://exams.example").pathname);
          return new Response(JSON.stringify(answer));
        },
      }),
    );
    const done = sent(form);
    press(form);
    expect((await done)["response"]).toEqual({
      clientDataJSON: "AQ",
      authenticatorData: "Ag",
      signature: "Aw",
      userHandle: "BA",
    });
    expect(fetched).toEqual(["/key/"]);
  });

  it("says so when the person stops, and can be tried again", async () => {
    const form = page("show", { request_options: { publicKey: { challenge: CHALLENGE } } });
    const refuse = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    mountPasskeyForms(document, browser({}, { credentials: { create: refuse, get: refuse } }));
    const words = said(form);
    press(form);
    expect(await words).toBe("No passkey was used. Try again, or use another way.");
    expect(form.querySelector("button")?.disabled).toBe(false);
  });

  it("stays out of sight where the browser knows no passkeys", async () => {
    const form = page("show", { request_options: { publicKey: { challenge: CHALLENGE } } });
    mountPasskeyForms(document, browser({}, { credentials: undefined }));
    expect(form.hidden).toBe(true);
    const words = said(form);
    press(form);
    expect(await words).toBe("This browser knows no passkeys here. Use another way.");
  });
});
