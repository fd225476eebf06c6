import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { mountCopyLinks } from "./copy_link";

const LABEL = 'Copy link<span class="visually-hidden"> of Ada</span>';

describe("copy link", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    document.body.innerHTML = `<button data-copy="https://exam.example/join/1/">${LABEL}</button>`;
  });
  afterEach(() => vi.useRealTimers());

  const button = (): HTMLButtonElement => document.querySelector("button") as HTMLButtonElement;

  it("copies the link, says so, and takes its label back whole", async () => {
    const copied: string[] = [];
    mountCopyLinks(document, async (text) => void copied.push(text));
    button().querySelector("span")?.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(button().textContent).toBe("Copied");
    button().click();
    await vi.advanceTimersByTimeAsync(2000);
    expect(button().innerHTML).toBe(LABEL);
    expect(copied).toEqual(["https://exam.example/join/1/", "https://exam.example/join/1/"]);
  });

  it("says when the browser refuses", async () => {
    const other = document.implementation.createHTMLDocument();
    other.body.innerHTML = `<button data-copy="x">${LABEL}</button>`;
    mountCopyLinks(other, () => Promise.reject(new Error("denied")));
    const refused = other.querySelector("button") as HTMLButtonElement;
    refused.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(refused.textContent).toBe("Could not copy");
  });
});
