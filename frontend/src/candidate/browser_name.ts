/** Which browser this is, for words that say where its settings are; never for deciding what it can do. */

export type BrowserName = "chrome" | "edge" | "firefox" | "safari" | "other";

export function browserName(userAgent: string = navigator.userAgent): BrowserName {
  if (/\bEdg(A|iOS)?\//.test(userAgent)) return "edge";
  if (/\b(OPR|SamsungBrowser)\//.test(userAgent)) return "other";
  if (/\b(Firefox|FxiOS)\//.test(userAgent)) return "firefox";
  if (/\b(Chrome|Chromium|CriOS|HeadlessChrome)\//.test(userAgent)) return "chrome";
  return /\bSafari\//.test(userAgent) ? "safari" : "other";
}
