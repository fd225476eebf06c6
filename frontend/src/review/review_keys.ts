/** Reviewing by keyboard: moments, decisions, reasons. Without script every one of them is a link or a form. */

import type htmx from "htmx.org";

import { gettext } from "../words/gettext";

type Htmx = typeof htmx;

interface SwapDetail {
  readonly xhr: XMLHttpRequest;
  readonly requestConfig?: { readonly elt?: Element };
  shouldSwap: boolean;
  isError: boolean;
}

/** Refusals that come as the page's body with their words. */
const TOLD = [409, 422];
const FIELDS = "input:not([type=radio]):not([type=checkbox]), textarea, select";

export class ReviewKeys {
  private suggested = "";
  private busy = false;

  constructor(
    private readonly page: Document,
    private readonly loader: Pick<Htmx, "ajax">,
  ) {
    page.addEventListener("keydown", (event) => this.pressed(event));
    page.addEventListener("change", (event) => this.chosen(event.target as Element));
    page.addEventListener("click", (event) => this.clicked(event.target as Element));
    page.addEventListener("htmx:beforeSwap", (event) => this.tell((event as CustomEvent<SwapDetail>).detail));
    page.addEventListener("htmx:beforeRequest", () => this.begin());
    page.addEventListener("htmx:afterRequest", () => this.end());
    page.addEventListener("htmx:afterSettle", (event) => this.settled((event as CustomEvent<SwapDetail>).detail));
    page.addEventListener("htmx:sendError", () => this.failed());
    page.addEventListener("htmx:responseError", () => this.failed());
    page.addEventListener("htmx:timeout", () => this.failed());
    this.find("[data-show-keys]")?.removeAttribute("hidden");
    this.showChips();
  }

  /** The moment that a flag belongs to, without leaving the page. */
  show(address: string): void {
    void this.loader.ajax("get", address, { target: "#review-body", swap: "outerHTML" });
  }

  private pressed(event: KeyboardEvent): void {
    if (this.page.querySelector("dialog[open]") !== null) return;
    const target = event.target as Element;
    const isTyping = target.matches(FIELDS);
    if (isTyping && event.key === "Escape") return this.focus("#moment-title");
    if (target.id === "outcome-reason" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return this.submit("#decide-form");
    }
    if (isTyping || event.altKey || event.ctrlKey || event.metaKey) return;
    if (this.acted(event.key)) event.preventDefault();
  }

  /** Whether the key means something here. */
  private acted(key: string): boolean {
    const click = { j: "#moment-later", k: "#moment-earlier", n: "#review-after" }[key];
    if (click !== undefined) return this.click(click);
    if (key === "u") return this.submit("#undo-form"), true;
    if (key === "?") return this.showKeys();
    const radio = this.find<HTMLInputElement>(`input[type=radio][data-key="${CSS.escape(key)}"]`);
    if (radio === null) return false;
    radio.checked = true;
    this.chosen(radio);
    const reason = this.find<HTMLInputElement>(radio.name === "decision" ? "#verdict-reason" : "#outcome-reason");
    reason?.focus();
    reason?.select();
    return true;
  }

  /** A reason that nobody has touched follows the decision. */
  private chosen(target: Element): void {
    if (!(target instanceof HTMLInputElement) || target.name !== "decision") return;
    this.showChips();
    const reason = this.find<HTMLInputElement>("#verdict-reason");
    const first = this.chips(target.value)?.querySelector<HTMLElement>("[data-reason]")?.dataset["reason"];
    if (reason === null || first === undefined) return;
    if (reason.value.trim() !== "" && reason.value !== this.suggested) return;
    reason.value = this.suggested = first;
  }

  private clicked(target: Element): void {
    if (target.closest("[data-show-keys]") !== null) return void this.showKeys();
    const words = target.closest<HTMLElement>("[data-reason]")?.dataset["reason"];
    const reason = this.find<HTMLInputElement>("#verdict-reason");
    if (words === undefined || reason === null) return;
    reason.value = this.suggested = words;
    reason.focus();
  }

  private showChips(): void {
    const chosen = this.find<HTMLInputElement>("input[name=decision]:checked")?.value;
    for (const group of this.page.querySelectorAll<HTMLElement>("[data-reasons]")) {
      group.hidden = group.dataset["reasons"] !== chosen;
    }
  }

  private chips(decision: string): HTMLElement | null {
    return this.find(`[data-reasons="${CSS.escape(decision)}"]`);
  }

  private tell(detail: SwapDetail): void {
    if (!TOLD.includes(detail.xhr.status)) return;
    detail.shouldSwap = true;
    detail.isError = false;
  }

  private begin(): void {
    this.busy = true;
    this.find("#review-trouble")?.replaceChildren();
    this.find("#review-body")?.setAttribute("aria-busy", "true");
  }

  private end(): void {
    this.busy = false;
    this.find("#review-body")?.removeAttribute("aria-busy");
  }

  private settled(detail: SwapDetail): void {
    this.suggested = "";
    this.showChips();
    const hasFocus = this.page.activeElement !== null && this.page.activeElement !== this.page.body;
    // A report that is asked for again and again takes nobody's place away.
    if (hasFocus && detail.requestConfig?.elt?.matches("[data-refresh-soon]") === true) return;
    const titles = this.page.querySelectorAll<HTMLElement>("#review-body [data-focus]");
    const wrong = this.find("#review-body [aria-invalid='true']") ?? this.find("#review-error");
    (wrong ?? titles.item(titles.length - 1))?.focus();
  }

  /** What was typed stays: nothing was swapped. */
  private failed(): void {
    this.end();
    const words = this.page.createElement("p");
    words.className = "alert alert-danger";
    words.textContent = gettext("This was not saved: the server did not answer. Try again.");
    this.find("#review-trouble")?.replaceChildren(words);
  }

  private click(selector: string): boolean {
    const link = this.find(selector);
    if (link !== null && !this.busy) link.click();
    return link !== null;
  }

  private submit(selector: string): void {
    const form = this.find<HTMLFormElement>(selector);
    if (form !== null && !this.busy) form.requestSubmit();
  }

  private showKeys(): boolean {
    this.find<HTMLDialogElement>("#review-keys")?.showModal();
    return true;
  }

  private focus(selector: string): void {
    this.find(selector)?.focus();
  }

  private find<Wanted extends HTMLElement = HTMLElement>(selector: string): Wanted | null {
    return this.page.querySelector<Wanted>(selector);
  }
}
