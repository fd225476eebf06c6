/** Brings one piece to where the server says: at the server itself or in a bucket; each try may be repeated. */

import { csrfToken, postJson, RequestRefused, ServerUnreachable } from "../requests";
import { endMs } from "./piece";
import type { Piece } from "./piece";

export interface UploadUrls {
  readonly place_url: string;
  readonly confirm_url: string;
}

interface Place {
  readonly known: boolean;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly confirm?: boolean;
}

/** Refusals after which the same piece may still be taken later. */
const PASSING: ReadonlySet<string> = new Set(["too_many_pieces", "piece_missing", "not_yet"]);

/** Throws `RequestRefused` where this piece will never be taken, and `ServerUnreachable` where it may be later. */
export async function uploadPiece(urls: UploadUrls, piece: Piece): Promise<void> {
  const facts = await factsOf(piece);
  try {
    const place = (await postJson(urls.place_url, facts)) as Place;
    if (place.known || place.url === undefined) return;
    await put(place.url, place.headers ?? {}, piece.video);
    if (place.confirm === true) await postJson(urls.confirm_url, facts);
  } catch (error) {
    if (error instanceof RequestRefused && (error.status === 429 || PASSING.has(error.code))) throw new ServerUnreachable();
    throw error;
  }
}

async function factsOf(piece: Piece): Promise<Readonly<Record<string, string | number>>> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.video.arrayBuffer()));
  return {
    source: piece.source,
    seq: piece.seq,
    t_ms: piece.tMs,
    duration_ms: endMs(piece) - piece.tMs,
    size_bytes: piece.video.size,
    content_type: piece.video.type,
    sha256: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

async function put(url: string, headers: Readonly<Record<string, string>>, video: Blob): Promise<void> {
  const isOurs = new URL(url, location.href).origin === location.origin;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "PUT",
      body: video,
      credentials: isOurs ? "same-origin" : "omit",
      headers: { ...headers, ...(isOurs && { "X-CSRFToken": csrfToken(), Accept: "application/json" }) },
    });
  } catch {
    throw new ServerUnreachable();
  }
  if (response.ok) return;
  // A bucket refuses an address that has grown old: the next try asks for a new one.
  if (!isOurs || response.status >= 500) throw new ServerUnreachable();
  const answer = (await response.json().catch(() => null)) as { readonly code?: string; readonly message?: string } | null;
  throw new RequestRefused(response.status, answer?.code ?? "refused", answer?.message ?? "");
}
