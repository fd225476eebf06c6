/** Looking at one flag after the other in a dialog; without script each flag is a page. */

import type htmx from "htmx.org";

type Htmx = typeof htmx;

export class FlagDialog {
  private openerId: string | null = null;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly content: HTMLElement,
    private readonly loader: Htmx,
  ) {
    document.addEventListener("click", (event) => this.clicked(event));
    dialog.addEventListener("keydown", (event) => this.pressed(event));
    dialog.addEventListener("close", () => this.closed());
    // A refused decision comes back as the form with its words, under 422.
    document.addEventListener("htmx:beforeSwap", (event) => {
      const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>;
      if (detail.xhr.status !== 422) return;
      detail.shouldSwap = true;
      detail.isError = false;
    });
    content.addEventListener("htmx:afterSettle", () => this.focusWhatMatters());
  }

  open(flagId: string): void {
    this.openerId ??= `flag-${flagId}`;
    void this.load(flagId);
  }

  private async load(flagId: string): Promise<void> {
    await this.loader.ajax("get", `/flags/${flagId}/`, { target: this.content, swap: "innerHTML" });
    if (!this.dialog.open) this.dialog.showModal();
    this.focusWhatMatters();
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    if (target === this.dialog || target.closest("[data-close-dialog]") !== null) return this.dialog.close();
    const link = target.closest<HTMLElement>("[data-flag]");
    const flagId = link?.dataset["flag"];
    if (flagId === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!this.dialog.open) this.openerId = link?.id || null;
    this.open(flagId);
  }

  private pressed(event: KeyboardEvent): void {
    const isTyping = (event.target as Element).matches("textarea, input");
    if (isTyping || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowLeft: "#flag-earlier", ArrowRight: "#flag-later" }[event.key];
    if (way === undefined) return;
    const link = this.content.querySelector<HTMLElement>(way);
    if (link?.dataset["flag"] === undefined) return;
    event.preventDefault();
    this.open(link.dataset["flag"]);
  }

  private focusWhatMatters(): void {
    const wrong = this.content.querySelector<HTMLElement>("[aria-invalid='true']");
    (wrong ?? this.content.querySelector<HTMLElement>("#flag-title"))?.focus();
  }

  /** The list may have been drawn again meanwhile: the place to go back to is found by its name. */
  private closed(): void {
    if (this.openerId !== null) document.getElementById(this.openerId)?.focus();
    this.openerId = null;
    this.content.replaceChildren();
  }
}
