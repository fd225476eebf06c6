/** A candidate's live video, as an element: `<live-view session-id="…" name="…">` with the page's socket as its `link`. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import type { StreamName } from "../protocol/signals";
import { gettext } from "../words/gettext";
import type { ConsoleLink } from "./console_socket";
import { LiveWatch } from "./live_watch";
import type { LiveState } from "./live_watch";

const NAMES: readonly StreamName[] = ["camera", "screen"];

export class LiveView extends LitElement {
  static override properties = {
    sessionId: { attribute: "session-id" },
    name: {},
    link: { attribute: false },
    begins: { type: Boolean },
  };

  declare sessionId: string;
  /** Whose video it is. */
  declare name: string;
  declare link: ConsoleLink | undefined;
  /** Set where a person's click has opened the element: then it begins at once. */
  declare begins: boolean;
  private watch: LiveWatch | null = null;
  /** The person stopped it: it does not begin by itself again. */
  private isUnwanted = false;

  constructor() {
    super();
    this.sessionId = this.name = "";
    this.begins = false;
  }

  get state(): LiveState {
    return this.watch?.state ?? { status: "off" };
  }

  start(): void {
    if (this.link === undefined) return;
    this.isUnwanted = false;
    this.watch?.stop();
    this.watch = new LiveWatch({ session: this.sessionId, link: this.link, onChange: () => this.requestUpdate() });
    this.watch.start();
  }

  stop(): void {
    this.watch?.stop();
    this.watch = null;
    this.requestUpdate();
  }

  private decline(): void {
    this.isUnwanted = true;
    this.stop();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Another candidate in the same place is another video. */
  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("sessionId")) {
      this.stop();
      this.isUnwanted = false;
    }
    if (this.isConnected && this.begins && this.watch === null && !this.isUnwanted) this.start();
  }

  protected override updated(): void {
    for (const video of this.querySelectorAll("video")) {
      const stream = this.watch?.streams.get(video.dataset["stream"] as StreamName) ?? null;
      if (video.srcObject !== stream) video.srcObject = stream;
    }
  }

  protected override render(): TemplateResult {
    const { state } = this;
    const isOn = state.status !== "off";
    return html`<div class="live-view live-${state.status}">
      ${isOn ? html`<div class="live-videos">${this.videos()}</div>` : nothing}
      <div class="live-foot">
        <p class="live-words" role="status">${this.words(state)}</p>
        ${state.status === "refused"
          ? html`<button type="button" class="btn btn-sm btn-outline-secondary" @click=${() => this.start()}>${gettext("Try again")}</button>`
          : nothing}
        <button type="button" class="btn btn-sm btn-outline-secondary" @click=${() => (isOn ? this.decline() : this.start())}>
          ${isOn ? gettext("Stop watching live") : gettext("Watch live")}
        </button>
      </div>
    </div>`;
  }

  private words(state: LiveState): string {
    if (state.status !== "live" || this.isShowing("camera") || this.isShowing("screen")) return wordsOf(state);
    return gettext("Connected, but neither camera nor screen gives a picture now.");
  }

  private videos(): readonly TemplateResult[] {
    // Before anything comes there is one dark picture.
    const names = NAMES.filter((name) => this.isShowing(name));
    return (names.length > 0 ? names : NAMES.slice(0, 1)).map((name) => html`<video data-stream=${name} autoplay muted playsinline aria-label=${this.labelOf(name)}></video>`);
  }

  private isShowing(name: StreamName): boolean {
    return this.watch?.isShowing(name) ?? false;
  }

  private labelOf(stream: StreamName): string {
    const values = { name: this.name };
    return stream === "camera" ? gettext("The camera of %(name)s, live", values) : gettext("The screen of %(name)s, live", values);
  }
}

function wordsOf(state: LiveState): string {
  switch (state.status) {
    case "off":
      return gettext("The candidate is told while somebody watches live. Watching records nothing.");
    case "connecting":
      return gettext("Connecting to the candidate’s browser…");
    case "live":
      return gettext("Live. The candidate is told that somebody watches.");
    default:
      return state.words;
  }
}

customElements.define("live-view", LiveView);
