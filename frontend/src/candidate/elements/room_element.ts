/** Base of the room's elements: light DOM, so that the shared styles apply, and drawn again when the room's view changes. */

import { LitElement } from "lit";

import type { Room } from "../room";

export abstract class RoomElement extends LitElement {
  static override properties = { room: { attribute: false } };

  declare room: Room;
  private unsubscribe: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = this.room.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.unsubscribe?.();
    super.disconnectedCallback();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
