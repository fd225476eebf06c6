import { afterEach, describe, expect, it, vi } from "vitest";

import { gettext, ngettext } from "./gettext";

afterEach(() => vi.unstubAllGlobals());

describe("words without a catalogue", () => {
  it("are shown as they are written, with their values", () => {
    expect(gettext("Hello, %(name)s. %(name)s!", { name: "Ada" })).toBe("Hello, Ada. Ada!");
  });

  it("follow the count", () => {
    expect(ngettext("%(count)s flag", "%(count)s flags", 1)).toBe("1 flag");
    expect(ngettext("%(count)s flag of %(name)s", "%(count)s flags of %(name)s", 2, { name: "Ada" })).toBe("2 flags of Ada");
  });

  it("never read a value as a name", () => {
    expect(gettext("%(a)s %(b)s", { a: "%(b)s", b: "2" })).toBe("%(b)s 2");
  });

  it("leave a name that nobody filled", () => {
    expect(gettext("%(a)s", {})).toBe("%(a)s");
    expect(gettext("%(toString)s", {})).toBe("%(toString)s");
  });
});

describe("words with the page's catalogue", () => {
  it("are the translation, filled afterwards", () => {
    vi.stubGlobal("django", {
      gettext: (words: string) => (words === "Hello, %(name)s" ? "Guten Tag, %(name)s" : words),
      ngettext: (one: string, many: string, count: number) => (count === 1 ? one : many).replace("flag", "Hinweis"),
    });
    expect(gettext("Hello, %(name)s", { name: "Ada" })).toBe("Guten Tag, Ada");
    expect(ngettext("%(count)s flag", "%(count)s flags", 1)).toBe("1 Hinweis");
  });
});
