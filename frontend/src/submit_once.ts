/** A second click on a button that sends a form sends nothing: a link is used once, a session ended once. */

export function mountSubmitOnce(target: Document, page: Window): () => void {
  let sent = new WeakSet<HTMLFormElement>();
  const submitted = (event: SubmitEvent): void => {
    const form = event.target;
    // A form that changes nothing may be sent again; one that a script has taken over answers for itself.
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    // A download leaves the page as it is.
    if ("download" in form.dataset) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
  };
  const shownAgain = (): void => {
    sent = new WeakSet();
  };
  target.addEventListener("submit", submitted);
  page.addEventListener("pageshow", shownAgain);
  return () => {
    target.removeEventListener("submit", submitted);
    page.removeEventListener("pageshow", shownAgain);
  };
}
