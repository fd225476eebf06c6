import { beforeEach, expect, test } from "vitest";

import { mountTheme } from "./theme";

class FakeMediaQuery extends EventTarget {
  matches = false;
}

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = '<button data-theme-toggle type="button"></button>';
});

test("theme follows the system until a choice is made, which then wins and is remembered", () => {
  const system = new FakeMediaQuery();
  const undo = mountTheme(document, system as unknown as MediaQueryList, localStorage);
  const toggle = document.querySelector("button")!;
  expect(document.documentElement.dataset["bsTheme"]).toBe("light");

  system.matches = true;
  system.dispatchEvent(new Event("change"));
  expect(document.documentElement.dataset["bsTheme"]).toBe("dark");

  toggle.click();
  expect(document.documentElement.dataset["bsTheme"]).toBe("light");
  expect(toggle.textContent).toBe("Dark mode");
  undo();

  mountTheme(document, system as unknown as MediaQueryList, localStorage)();
  expect(document.documentElement.dataset["bsTheme"]).toBe("light");
});
