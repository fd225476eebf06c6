import { afterEach, expect, test, vi } from "vitest";

import { csrfToken, postJson, RequestRefused, ServerUnreachable } from "./requests";

function serverAnswers(status: number, body: string): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(() => Promise.resolve(new Response(body, { status })));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the request carries the token of the cookie and the answer is read", async () => {
  document.cookie = "csrftoken=abc%3D";
  const fetch = serverAnswers(200, '{"ticket":"t"}');

  expect(await postJson("/room/1/ticket/", {})).toEqual({ ticket: "t" });
  expect(fetch.mock.calls[0]![1]).toMatchObject({ method: "POST", body: "{}", headers: { "X-CSRFToken": "abc=" } });
});

test("the token is found under the name that only our own host can set", () => {
  vi.spyOn(document, "cookie", "get").mockReturnValue("a=1; __Host-csrftoken=xyz; evilcsrftoken=no");

  expect(csrfToken()).toBe("xyz");
  vi.restoreAllMocks();
});

test("a refusal carries the server's own words", async () => {
  serverAnswers(409, '{"code":"wrong_state","message":"The exam is over.","field":null,"request_id":"r"}');

  await expect(postJson("/room/1/start/", {})).rejects.toEqual(new RequestRefused(409, "wrong_state", "The exam is over."));
});

test("a refusal without words still says something", async () => {
  serverAnswers(403, "<html>");

  await expect(postJson("/room/1/start/", {})).rejects.toEqual(new RequestRefused(403, "refused", "The server refused (403)."));
});

test.each([
  ["a failing server", () => serverAnswers(502, "<html>")],
  ["no network", () => vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")))],
])("%s is told apart from a refusal", async (_name, arrange) => {
  arrange();

  await expect(postJson("/room/1/submit/", {})).rejects.toBeInstanceOf(ServerUnreachable);
});
