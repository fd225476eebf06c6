/** Camera and microphone: opened where the exam needs them, and what the log is told of them. */

import type { Welcome } from "../protocol/messages";
import { Camera } from "./camera";
import type { CameraState } from "./camera";
import { CameraTraits } from "./camera_traits";
import { DevicesFacts } from "./device_facts";
import type { FrameCapture } from "./frame_capture";
import type { MicrophoneState } from "./microphone";
import type { RoomHost, RoomPart } from "./room_part";
import { isInExam } from "./room_view";
import { Sound } from "./sound";

export class EquipmentPart implements RoomPart {
  readonly camera: Camera;
  readonly sound: Sound;
  private readonly devices: DevicesFacts;
  private readonly traits: CameraTraits;

  constructor(
    private readonly host: RoomHost,
    private readonly capture: FrameCapture,
  ) {
    this.camera = new Camera(navigator.mediaDevices, (state) => this.cameraChanged(state));
    this.devices = new DevicesFacts(host.config.session.id, sessionStorage);
    this.traits = new CameraTraits(capture.video, () => this.noteDevices());
    this.sound = new Sound({
      mediaDevices: navigator.mediaDevices,
      nowMs: host.nowMs,
      isWanted: () => host.view.session.state === "running",
      send: host.send,
      onChange: (microphone) => this.microphoneChanged(microphone),
    });
  }

  begin(): void {
    if (this.host.view.cameraNeeded) void this.camera.open();
    if (this.host.view.microphoneNeeded) void this.sound.open();
  }

  end(): void {
    this.camera.close();
    this.sound.close();
  }

  welcomed({ next_seq: next }: Welcome): void {
    if (next.audio !== undefined) this.sound.start(next.audio);
  }

  sessionChanged(): void {
    this.noteDevices();
  }

  private cameraChanged(camera: CameraState): void {
    const stream = camera.status === "on" ? camera.stream : null;
    this.capture.show(stream);
    this.traits.watch(stream);
    this.host.show({ camera });
    this.noteDevices();
  }

  private microphoneChanged(microphone: MicrophoneState): void {
    this.host.show({ microphone });
    this.noteDevices();
  }

  private noteDevices(): void {
    if (!isInExam(this.host.view.session)) return;
    for (const event of this.devices.observe(this.host.view)) this.host.tell(event);
    const described = this.traits.take();
    if (described !== null) this.host.tell("camera_described", described);
  }
}
