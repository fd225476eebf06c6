import { expect, test } from "vitest";

import fixtures from "../../../tests/fixtures/protocol/frame_header.json";
import { encodeFrame, FrameError, HEADER_BYTES, KIND_WEBCAM_JPEG, MAX_PAYLOAD_BYTES, MAX_SOUND_BYTES } from "./frame_header";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

test("limits are those of the fixtures", () => {
  expect({ header_bytes: HEADER_BYTES, max_payload_bytes: MAX_PAYLOAD_BYTES, max_sound_bytes: MAX_SOUND_BYTES }).toEqual({
    header_bytes: fixtures.header_bytes,
    max_payload_bytes: fixtures.max_payload_bytes,
    max_sound_bytes: fixtures.max_sound_bytes,
  });
});

test.each(fixtures.valid)("frame: $name", (frame) => {
  const message = encodeFrame({ kind: frame.kind, seq: frame.seq, tMs: frame.t_ms }, bytes(frame.payload_hex));

  expect(Buffer.from(message).toString("hex")).toBe(frame.hex);
});

test("the largest payload is accepted", () => {
  expect(encodeFrame({ kind: KIND_WEBCAM_JPEG, seq: 1, tMs: 0 }, new Uint8Array(MAX_PAYLOAD_BYTES))).toHaveLength(
    HEADER_BYTES + MAX_PAYLOAD_BYTES,
  );
});

test.each([
  ["an empty picture", { kind: 1, seq: 1, tMs: 0 }, 0],
  ["a picture one byte too large", { kind: 1, seq: 1, tMs: 0 }, MAX_PAYLOAD_BYTES + 1],
  ["a sound one byte longer than a second", { kind: 3, seq: 1, tMs: 0 }, MAX_SOUND_BYTES + 1],
  ["an unknown kind", { kind: 9, seq: 1, tMs: 0 }, 6],
  ["a negative time", { kind: 1, seq: 1, tMs: -1 }, 6],
  ["a time with a fraction", { kind: 1, seq: 1, tMs: 0.5 }, 6],
  ["a number beyond 32 bits", { kind: 1, seq: 2 ** 32, tMs: 0 }, 6],
])("%s is refused", (_name, header, payloadBytes) => {
  expect(() => encodeFrame(header, new Uint8Array(payloadBytes))).toThrow(FrameError);
});
