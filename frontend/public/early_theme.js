// Runs before the first paint, so that a page never flashes in the wrong theme; theme.ts takes over from there.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("invigil.theme");
  } catch {
    // Storage can be switched off; the system's preference then decides.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme =
    chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
})();
