/** What the server embeds in the session's page. */

export interface SessionConfig {
  readonly session: string;
  readonly urls: { readonly risk: string; readonly ticket: string; readonly socket: string };
}
