/** Light or dark: follows the system until the person chooses, and remembers the choice. */

import { gettext } from "./words/gettext";

export type Theme = "light" | "dark";

const STORAGE_KEY = "invigil.theme";

export function chosenTheme(storage: Pick<Storage, "getItem">): Theme | null {
  const stored = storage.getItem(STORAGE_KEY);
  return stored === "light" || stored === "dark" ? stored : null;
}

export function mountTheme(root: Document, system: MediaQueryList, storage: Storage): () => void {
  const toggles = [...root.querySelectorAll<HTMLButtonElement>("[data-theme-toggle]")];
  const current = (): Theme => chosenTheme(storage) ?? (system.matches ? "dark" : "light");

  const apply = (): void => {
    const theme = current();
    root.documentElement.dataset["bsTheme"] = theme;
    for (const toggle of toggles) {
      toggle.textContent = theme === "dark" ? gettext("Light mode") : gettext("Dark mode");
    }
  };
  const flip = (): void => {
    storage.setItem(STORAGE_KEY, current() === "dark" ? "light" : "dark");
    apply();
  };

  apply();
  system.addEventListener("change", apply);
  for (const toggle of toggles) toggle.addEventListener("click", flip);
  return () => {
    system.removeEventListener("change", apply);
    for (const toggle of toggles) toggle.removeEventListener("click", flip);
  };
}
