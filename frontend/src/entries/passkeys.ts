/** Pages on which a passkey is made or shown. */

import { mountPasskeyForms } from "../passkeys/forms";

mountPasskeyForms(document, {
  // Outside a secure context browsers have neither.
  credentials: "PublicKeyCredential" in window ? navigator.credentials : undefined,
  fetch: (address, init) => fetch(address, init),
});
