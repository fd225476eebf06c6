/** Passkeys on the wire: the server speaks JSON with base64url, the browser speaks buffers. */

interface Named {
  readonly id: string;
  readonly type: PublicKeyCredentialType;
  readonly transports?: AuthenticatorTransport[];
}

export interface CreationJson {
  readonly publicKey: Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
    readonly challenge: string;
    readonly user: Omit<PublicKeyCredentialUserEntity, "id"> & { readonly id: string };
    readonly excludeCredentials?: readonly Named[] | null;
  };
}

export interface RequestJson {
  readonly publicKey: Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
    readonly challenge: string;
    readonly allowCredentials?: readonly Named[] | null;
  };
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toBase64Url(bytes: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** `alone`: it is to open the account without the password, so it must know its owner and be found by itself. */
export function creationOptions(json: CreationJson, alone: boolean): PublicKeyCredentialCreationOptions {
  const { challenge, user, excludeCredentials, ...rest } = json.publicKey;
  return {
    ...rest,
    challenge: fromBase64Url(challenge),
    user: { ...user, id: fromBase64Url(user.id) },
    excludeCredentials: (excludeCredentials ?? []).map(described),
    authenticatorSelection: {
      ...rest.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" as const } : {}),
    },
  };
}

export function requestOptions(json: RequestJson): PublicKeyCredentialRequestOptions {
  const { challenge, allowCredentials, ...rest } = json.publicKey;
  return {
    ...rest,
    challenge: fromBase64Url(challenge),
    allowCredentials: (allowCredentials ?? []).map(described),
  };
}

export function createdJson(credential: PublicKeyCredential): string {
  const response = credential.response as AuthenticatorAttestationResponse;
  return answered(credential, {
    clientDataJSON: toBase64Url(response.clientDataJSON),
    attestationObject: toBase64Url(response.attestationObject),
  });
}

export function shownJson(credential: PublicKeyCredential): string {
  const response = credential.response as AuthenticatorAssertionResponse;
  return answered(credential, {
    clientDataJSON: toBase64Url(response.clientDataJSON),
    authenticatorData: toBase64Url(response.authenticatorData),
    signature: toBase64Url(response.signature),
    ...(response.userHandle === null ? {} : { userHandle: toBase64Url(response.userHandle) }),
  });
}

function answered(credential: PublicKeyCredential, response: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function described({ id, type, transports }: Named): PublicKeyCredentialDescriptor {
  return { id: fromBase64Url(id), type, ...(transports ? { transports } : {}) };
}
