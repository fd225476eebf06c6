/** Whether the page fills the screen, as far as the browser says. */

/** Telephones of one maker have no full screen for pages, and do not even say so: there nobody can be asked for it. */
export function canFillScreen(): boolean {
  return (document.fullscreenEnabled as boolean | undefined) === true;
}

/** By the page's own request, or by F11, which only the window's display mode tells. */
export function fillsScreen(): boolean {
  if (document.fullscreenElement != null) return true;
  return typeof matchMedia === "function" && matchMedia("(display-mode: fullscreen)").matches;
}
