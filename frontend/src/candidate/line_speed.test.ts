import { afterEach, expect, test, vi } from "vitest";

import { measureLine } from "./line_speed";

afterEach(() => vi.unstubAllGlobals());

test("both ways are timed with their own bytes", async () => {
  const requests: [string, number][] = [];
  let nowMs = 0;
  vi.stubGlobal("fetch", (_url: string, request: RequestInit) => {
    const up = (request.body as Uint8Array | undefined)?.length ?? 0;
    requests.push([request.method ?? "", up]);
    nowMs += request.method === "GET" ? 500 : 2000;
    return Promise.resolve(new Response(request.method === "GET" ? new Uint8Array(125_000) : "{}"));
  });

  expect(await measureLine("/speed/", () => nowMs)).toEqual({ downKbitS: 2000, upKbitS: (65_536 * 8) / 2000 });
  expect(requests).toEqual([
    ["GET", 0],
    ["POST", 65_536],
  ]);
});

test("a server that refuses is no speed", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}", { status: 429 })));

  await expect(measureLine("/speed/")).rejects.toThrow("429");
});
