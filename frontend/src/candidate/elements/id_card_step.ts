/** Before the exam, where it asks for one: a picture of an identity card, photographed or chosen; never in the way. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";

import { FrameCapture } from "../frame_capture";
import { sendCard, smallPicture } from "../id_card";
import type { CardStatus } from "../id_card";
import { RoomElement } from "./room_element";
import { gettext } from "../../words/gettext";

const SETTINGS = { frame_width: 1600, frame_height: 1200, jpeg_quality: 0.9 };
const NO_PICTURE = gettext("The camera gives no picture yet. Wait a moment, or choose a picture instead.");

export class IdCardStep extends RoomElement {
  private readonly capture = new FrameCapture();
  private stream: MediaStream | null = null;
  private status: CardStatus | null = null;
  private problem: string | null = null;
  private preview: string | null = null;
  private busy = false;

  override disconnectedCallback(): void {
    this.capture.show(null);
    this.showPreview(null);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { idCard, view } = this.room;
    if (idCard === null || view.session.state !== "ready") return nothing;
    const status = this.status ?? idCard;
    return html`<section class="id-card" aria-labelledby="id-card-title" data-state=${status.state}>
      <h2 id="id-card-title" class="h3">${gettext("Your identity card")}</h2>
      <p>${gettext("Hold a card with your name and your picture so that it fills the camera’s picture. Cover what nobody needs to see, such as numbers.")}</p>
      ${this.preview === null ? nothing : html`<img class="id-card-preview" src=${this.preview} alt=${gettext("The picture that you sent")} />`}
      <p class="id-card-words" role="status">${this.busy ? gettext("Your picture is being sent…") : status.text}</p>
      ${this.problem === null ? nothing : html`<div class="alert alert-danger" role="alert">${this.problem}</div>`}
      ${this.actions(status)}
      <p class="form-text mb-0">${gettext("You can start without it. Then a person will look at that as well.")}</p>
    </section>`;
  }

  protected override updated(): void {
    const { camera } = this.room.view;
    const stream = camera.status === "on" ? camera.stream : null;
    if (stream === this.stream) return;
    this.stream = stream;
    this.capture.show(stream);
  }

  private actions(status: CardStatus): TemplateResult {
    const done = status.state === "taken";
    return html`<div class="id-card-actions">
      <button
        type="button"
        class="btn ${done ? "btn-outline-secondary" : "btn-primary"}"
        data-action="photograph-card"
        ?disabled=${this.busy || this.room.view.camera.status !== "on"}
        @click=${() => this.send(this.photograph())}
      >
        ${status.state === "none" ? gettext("Photograph the card") : gettext("Photograph it again")}
      </button>
      <label class="btn btn-outline-secondary id-card-file">
        ${gettext("Choose a picture")}
        <input
          type="file"
          accept="image/jpeg,image/png,image/webp"
          ?disabled=${this.busy}
          @change=${(event: Event) => this.chosen(event.target as HTMLInputElement)}
        />
      </label>
    </div>`;
  }

  private chosen(input: HTMLInputElement): void {
    const file = input.files?.[0];
    // The same file may be chosen again after it was refused.
    input.value = "";
    if (file !== undefined) void this.send(smallPicture(file));
  }

  private async photograph(): Promise<Blob> {
    const picture = await this.capture.capture({ ...SETTINGS, frame_interval_ms: 0, ack_timeout_ms: 0 });
    if (picture === null) throw new Error(NO_PICTURE);
    return new Blob([new Uint8Array(picture)], { type: "image/jpeg" });
  }

  private async send(taking: Promise<Blob>): Promise<void> {
    const url = this.room.idCard?.url;
    if (this.busy || url === undefined) return;
    this.busy = true;
    this.problem = null;
    this.requestUpdate();
    try {
      const picture = await taking;
      this.showPreview(picture);
      this.status = await sendCard(url, picture);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.busy = false;
    this.requestUpdate();
  }

  private showPreview(picture: Blob | null): void {
    if (this.preview !== null) URL.revokeObjectURL(this.preview);
    this.preview = picture === null ? null : URL.createObjectURL(picture);
    this.requestUpdate();
  }
}

customElements.define("id-card-step", IdCardStep);
