/** JSON requests to our own server, with its refusals turned into words. */

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
    super("The server could not be reached. Check your connection; we keep trying.");
  }
}

export async function postJson(url: string, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ServerUnreachable();
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.status >= 500) throw new ServerUnreachable();
  if (!response.ok) throw refusal(response.status, answer);
  return answer;
}

export function csrfToken(): string {
  return decodeURIComponent(/(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "");
}

function refusal(status: number, answer: unknown): RequestRefused {
  const fields = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>) : {};
  const code = typeof fields["code"] === "string" ? fields["code"] : "refused";
  const message = typeof fields["message"] === "string" ? fields["message"] : `The server refused (${status}).`;
  return new RequestRefused(status, code, message);
}
