/** When a camera or microphone went away during the exam and when it came back, across reloads. */

type DeviceKind = "camera" | "microphone";
type DeviceStatus = "off" | "asking" | "on" | "lost" | "failed";

export class DeviceFacts<Kind extends DeviceKind> {
  private readonly key: string;

  constructor(
    private readonly kind: Kind,
    sessionId: string,
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {
    this.key = `invigil.${kind}_lost.${sessionId}`;
  }

  /** The event to tell for this state of the device, if it is news. */
  observe(status: DeviceStatus): `${Kind}_lost` | `${Kind}_back` | null {
    // Off is the moment before the page asks for the device, or after it has left.
    if (status === "asking" || status === "off") return null;
    const wasLost = this.storage.getItem(this.key) !== null;
    if (status === "on") {
      this.storage.removeItem(this.key);
      return wasLost ? `${this.kind}_back` : null;
    }
    this.storage.setItem(this.key, "1");
    return wasLost ? null : `${this.kind}_lost`;
  }
}

/** The camera and the microphone of one sitting. */
export class DevicesFacts {
  private readonly camera: DeviceFacts<"camera">;
  private readonly microphone: DeviceFacts<"microphone">;

  constructor(sessionId: string, storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) {
    this.camera = new DeviceFacts("camera", sessionId, storage);
    this.microphone = new DeviceFacts("microphone", sessionId, storage);
  }

  /** The events to tell, if anything is news. */
  observe(view: { readonly camera: { readonly status: DeviceStatus }; readonly microphone: { readonly status: DeviceStatus } }) {
    const events = [this.camera.observe(view.camera.status), this.microphone.observe(view.microphone.status)] as const;
    return events.filter((event) => event !== null);
  }
}
