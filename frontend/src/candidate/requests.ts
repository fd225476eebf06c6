/** JSON requests to our own server, with its refusals turned into words. */

import { gettext } from "../words/gettext";

export class RequestRefused extends Error {
  override readonly name = "RequestRefused";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export class ServerUnreachable extends Error {
  override readonly name = "ServerUnreachable";

  constructor() {
    super(gettext("The server could not be reached. Check your connection; we keep trying."));
  }
}

export function postJson(url: string, body: unknown): Promise<unknown> {
  return post(url, "application/json", JSON.stringify(body));
}

/** The picture alone is the body: no form that would put it into a file on the server's disk. */
export function postPicture(url: string, picture: Blob): Promise<unknown> {
  return post(url, picture.type, picture);
}

export function getJson(url: string): Promise<unknown> {
  return ask(url, { headers: { Accept: "application/json" } });
}

function post(url: string, type: string, body: BodyInit): Promise<unknown> {
  const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": csrfToken() };
  return ask(url, { method: "POST", headers, body });
}

async function ask(url: string, request: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...request });
  } catch {
    throw new ServerUnreachable();
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.status >= 500) throw new ServerUnreachable();
  if (!response.ok) throw refusal(response.status, answer);
  return answer;
}

export function csrfToken(): string {
  return decodeURIComponent(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "");
}

function refusal(status: number, answer: unknown): RequestRefused {
  const fields = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>) : {};
  const code = typeof fields["code"] === "string" ? fields["code"] : "refused";
  const message = typeof fields["message"] === "string" ? fields["message"] : gettext("The server refused (%(status)s).", { status });
  return new RequestRefused(status, code, message);
}
