import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ASK_AGAIN_MS, mountPresence, TELL_EVERY_MS } from "./presence";

const IDLE_MS = 3_600_000;

describe("mountPresence", () => {
  let end: () => void;
  let asked: boolean[];
  let signedIn: boolean | Error;
  const leave = vi.fn();

  function mount(): void {
    const ask = (_url: string, acted: boolean): Promise<boolean> => {
      asked.push(acted);
      return signedIn instanceof Error ? Promise.reject(signedIn) : Promise.resolve(signedIn);
    };
    end = mountPresence(document, { ask, leave });
  }

  beforeEach(() => {
    vi.useFakeTimers();
    leave.mockReset();
    asked = [];
    signedIn = true;
    document.body.dataset["here"] = "/here/";
    document.body.dataset["idleS"] = "3600";
    mount();
  });

  afterEach(() => {
    end();
    vi.useRealTimers();
  });

  it("tells much that is done once in a while, and the last of it too", async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    document.dispatchEvent(new Event("keydown"));
    document.dispatchEvent(new Event("pointermove"));
    await vi.advanceTimersByTimeAsync(TELL_EVERY_MS - 10_001);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([true]);
    await vi.advanceTimersByTimeAsync(TELL_EVERY_MS);
    expect(asked).toEqual([true]);
  });

  it("leaves the page when nobody did anything and the server signed out", async () => {
    signedIn = false;
    await vi.advanceTimersByTimeAsync(IDLE_MS);
    expect(leave).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toEqual([false]);
    expect(leave).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(IDLE_MS);
    expect(asked).toEqual([false]);
  });

  it("stays while another page of the browser is in use, and asks again", async () => {
    await vi.advanceTimersByTimeAsync(IDLE_MS + 5000 + ASK_AGAIN_MS);
    expect(asked).toEqual([false, false]);
    expect(leave).not.toHaveBeenCalled();
  });

  it("stays where nobody answers", async () => {
    signedIn = new TypeError("no network");
    await vi.advanceTimersByTimeAsync(IDLE_MS + 5000);
    expect(asked).toEqual([false]);
    expect(leave).not.toHaveBeenCalled();
  });

  it("asks when a machine wakes up after the time", async () => {
    vi.setSystemTime(Date.now());
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + IDLE_MS);
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([false]);
    vi.restoreAllMocks();
  });

  it("does nothing on a page that nobody is signed in for", async () => {
    end();
    delete document.body.dataset["here"];
    mount();
    document.dispatchEvent(new Event("keydown"));
    await vi.advanceTimersByTimeAsync(2 * IDLE_MS);
    expect(asked).toEqual([]);
  });
});
