/** The newest picture of a candidate's screen on the session's page. */

interface ScreenHint {
  readonly type: "screen";
  readonly session: string;
  readonly picture: string;
}

function isScreenHint(message: unknown): message is ScreenHint {
  if (typeof message !== "object" || message === null) return false;
  const { type, session, picture } = message as Partial<Record<keyof ScreenHint, unknown>>;
  return type === "screen" && typeof session === "string" && typeof picture === "string" && /^\/(?!\/)/.test(picture);
}

/** Nobody fetches what nobody sees. */
export function showScreen(message: unknown, sessionId: string, page: Document = document): void {
  if (!isScreenHint(message) || message.session !== sessionId || page.hidden) return;
  const picture = page.querySelector<HTMLImageElement>("#live-screen");
  if (picture !== null) picture.src = message.picture;
}
