import { afterEach, expect, test, vi } from "vitest";

import { PictureUnreadable, sendCard, smallPicture } from "./id_card";
import { RequestRefused } from "./requests";

const URL = "/room/1/id-card/";
const PICTURE = new Blob(["picture"], { type: "image/jpeg" });

function serverAnswers(...answers: unknown[]): ReturnType<typeof vi.fn> {
  const fetch = vi.fn();
  for (const answer of answers) fetch.mockResolvedValueOnce(new Response(JSON.stringify(answer)));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const looking = { state: "looking", text: "One moment." };
const taken = { state: "taken", text: "Thank you." };

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the picture alone is sent, and its state asked for until it is known", async () => {
  document.cookie = "csrftoken=abc";
  const fetch = serverAnswers(looking, looking, taken);
  const pause = vi.fn(() => Promise.resolve());

  expect(await sendCard(URL, PICTURE, pause)).toEqual(taken);
  expect(pause).toHaveBeenCalledTimes(2);
  expect(fetch.mock.calls[0]).toMatchObject([
    URL,
    { method: "POST", body: PICTURE, headers: { "Content-Type": "image/jpeg", "X-CSRFToken": "abc" } },
  ]);
  expect(fetch.mock.calls[1]![1]).toEqual({ credentials: "same-origin", headers: { Accept: "application/json" } });
});

test("a server that never compares leaves it to a person", async () => {
  const fetch = vi.fn(() => Promise.resolve(new Response(JSON.stringify(looking))));
  vi.stubGlobal("fetch", fetch);

  const status = await sendCard(URL, PICTURE, () => Promise.resolve());
  expect(status).toEqual({ state: "taken", text: "Your picture is kept. We could not compare it; a person will look at it." });
  expect(fetch).toHaveBeenCalledTimes(21);
});

test.each([[{ state: "guilty", text: "" }], [{ state: "taken" }], [null]])("an answer that is none of ours (%o) is said", async (answer) => {
  serverAnswers(answer);

  await expect(sendCard(URL, PICTURE)).rejects.toBeInstanceOf(RequestRefused);
});

test("a file that the browser cannot open is said in words", async () => {
  vi.stubGlobal("createImageBitmap", () => Promise.reject(new DOMException("no picture")));

  await expect(smallPicture(new Blob(["%PDF"]))).rejects.toBeInstanceOf(PictureUnreadable);
});

test("a large picture is made smaller before it is sent", async () => {
  const bitmap = { width: 4000, height: 3000, close: vi.fn() };
  vi.stubGlobal("createImageBitmap", () => Promise.resolve(bitmap));
  const sizes: number[] = [];
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation(function (this: HTMLCanvasElement, give, type) {
    sizes.push(this.width, this.height);
    give(new Blob(["small"], { type: type ?? "" }));
  });

  expect((await smallPicture(PICTURE)).type).toBe("image/jpeg");
  expect(sizes).toEqual([1600, 1200]);
  expect(bitmap.close).toHaveBeenCalledOnce();
});
