/** One picture or window of sound as a binary message: version, kind, seq, capture time, then its bytes. */

export const FRAME_VERSION = 1;
export const KIND_WEBCAM_JPEG = 1;
export const KIND_SCREEN_JPEG = 2;
export const KIND_SOUND_PCM = 3;
/** A picture of eyes at a point of the screen: its bytes begin with the number of the point. */
export const KIND_LOOK_JPEG = 4;
/** A picture of the webcam that was kept while there was no line. */
export const KIND_LATE_JPEG = 5;
export const HEADER_BYTES = 10;
export const MAX_PAYLOAD_BYTES = 256 * 1024;
/** One second of 16-bit sound at 16 kHz. */
export const MAX_SOUND_BYTES = 32_000;
const MOST_BYTES: Readonly<Record<number, number>> = {
  [KIND_WEBCAM_JPEG]: MAX_PAYLOAD_BYTES,
  [KIND_SCREEN_JPEG]: MAX_PAYLOAD_BYTES,
  [KIND_SOUND_PCM]: MAX_SOUND_BYTES,
  [KIND_LOOK_JPEG]: MAX_PAYLOAD_BYTES,
  [KIND_LATE_JPEG]: MAX_PAYLOAD_BYTES,
};
const MAX_UINT32 = 0xffffffff;

export interface FrameHeader {
  readonly kind: number;
  readonly seq: number;
  readonly tMs: number;
}

export class FrameError extends Error {
  override readonly name = "FrameError";
}

export function encodeFrame(header: FrameHeader, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  refuseNonUint32("seq", header.seq);
  refuseNonUint32("tMs", header.tMs);
  const most = MOST_BYTES[header.kind];
  if (most === undefined) throw new FrameError(`unknown kind ${header.kind}`);
  if (payload.length === 0) throw new FrameError("the picture or sound is empty");
  if (payload.length > most) throw new FrameError(`the picture or sound has ${payload.length} bytes, more than ${most}`);
  const message = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, FRAME_VERSION);
  view.setUint8(1, header.kind);
  view.setUint32(2, header.seq);
  view.setUint32(6, header.tMs);
  message.set(payload, HEADER_BYTES);
  return message;
}

function refuseNonUint32(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > MAX_UINT32) throw new FrameError(`${name} ${value} does not fit 32 bits`);
}
