import { expect, test } from "vitest";

import { browserName } from "./browser_name";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  ["chrome", `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/128.0.0.0 Safari/537.36`],
  ["chrome", `Mozilla/5.0 (iPhone) ${WEBKIT} CriOS/128.0 Mobile Safari/604.1`],
  ["edge", `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0`],
  ["firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"],
  ["firefox", `Mozilla/5.0 (iPhone) ${WEBKIT} FxiOS/130.0 Mobile Safari/605.1.15`],
  ["safari", `Mozilla/5.0 (Macintosh) ${WEBKIT} Version/17.5 Safari/605.1.15`],
  ["other", `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/128.0.0.0 Safari/537.36 OPR/113.0`],
  ["other", ""],
])("%s", (name, userAgent) => {
  expect(browserName(userAgent)).toBe(name);
});
