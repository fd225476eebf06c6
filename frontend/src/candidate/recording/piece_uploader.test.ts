import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { RequestRefused, ServerUnreachable } from "../requests";
import type { Piece } from "./piece";
import { uploadPiece } from "./piece_uploader";

const URLS = { place_url: "/place/", confirm_url: "/confirm/" };
const PIECE: Piece = { source: "webcam", seq: 3, tMs: 20_000, durationMs: 10_000, video: new Blob(["abc"], { type: "video/webm" }) };
const SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const HERE = { known: false, url: "/put/?x=1", headers: { "Content-Type": "video/webm" }, confirm: false };
const BUCKET = { ...HERE, url: "https://bucket.example/put", confirm: true };

let asked: [method: string, url: string, credentials: string | undefined][];
let answers: Record<string, [status: number, body: unknown]>;
let told: unknown;

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (url: string, request: RequestInit) => {
    asked.push([request.method ?? "GET", url, request.credentials]);
    if (url === "/place/") told = JSON.parse(request.body as string);
    const [status, body] = answers[url] ?? [0, null];
    return status === 0 ? Promise.reject(new TypeError("offline")) : Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
});

afterEach(() => vi.unstubAllGlobals());

test("a piece goes to this server with what is known of it", async () => {
  answers = { "/place/": [201, HERE], "/put/?x=1": [201, {}] };
  await uploadPiece(URLS, PIECE);
  const facts = { source: "webcam", seq: 3, t_ms: 20_000, duration_ms: 10_000, size_bytes: 3, content_type: "video/webm" };
  expect(told).toEqual({ ...facts, sha256: SHA256 });
  expect(asked.map(([method, url]) => [method, url])).toEqual([
    ["POST", "/place/"],
    ["PUT", "/put/?x=1"],
  ]);
});

test("a bucket gets no cookie, and the server is told afterwards", async () => {
  answers = { "/place/": [201, BUCKET], [BUCKET.url]: [200, null], "/confirm/": [201, {}] };
  await uploadPiece(URLS, PIECE);
  expect(asked.slice(1)).toEqual([
    ["PUT", BUCKET.url, "omit"],
    ["POST", "/confirm/", "same-origin"],
  ]);
});

test("what the server has already is not sent again", async () => {
  answers = { "/place/": [200, { known: true }] };
  await uploadPiece(URLS, PIECE);
  expect(asked).toHaveLength(1);
});

test.each([
  ["no line", {}],
  ["a server that fails", { "/place/": [500, {}] }],
  ["too much at once", { "/place/": [429, { code: "too_many_pieces" }] }],
  ["a line that breaks", { "/place/": [201, HERE] }],
  ["an address that has grown old", { "/place/": [201, BUCKET], [BUCKET.url]: [403, null] }],
  ["a piece that did not arrive", { "/place/": [201, BUCKET], [BUCKET.url]: [200, null], "/confirm/": [404, { code: "piece_missing" }] }],
] as [string, typeof answers][])("%s: it is tried again later", async (_name, given) => {
  answers = given;
  await expect(uploadPiece(URLS, PIECE)).rejects.toThrow(ServerUnreachable);
});

test("a refusal is final", async () => {
  answers = { "/place/": [201, HERE], "/put/?x=1": [400, { code: "piece_type", message: "no" }] };
  await expect(uploadPiece(URLS, PIECE)).rejects.toThrow(RequestRefused);
});
