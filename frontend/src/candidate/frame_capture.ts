/** The newest picture of the webcam as a JPEG, no larger than the server asked for. */

import { MAX_PAYLOAD_BYTES } from "../protocol/frame_header";
import type { ClientSettings } from "../protocol/messages";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Keeps the proportions: a stretched face would be measured wrongly. Never enlarges. */
export function sizeWithin(source: Size, limit: Size): Size {
  const scale = Math.min(1, limit.width / source.width, limit.height / source.height);
  return { width: Math.round(source.width * scale), height: Math.round(source.height * scale) };
}

export class FrameCapture {
  readonly video = document.createElement("video");
  private readonly canvas = document.createElement("canvas");

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
  }

  show(stream: MediaStream | null): void {
    this.video.srcObject = stream;
    // Autoplay may be refused without a gesture; the next picture then simply does not come yet.
    if (stream !== null) void this.video.play().catch(() => undefined);
  }

  /** Null while the camera gives no picture. */
  async capture(settings: ClientSettings): Promise<Uint8Array | null> {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width === 0 || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    if (this.video.paused) await this.video.play().catch(() => undefined);
    const size = sizeWithin({ width, height }, { width: settings.frame_width, height: settings.frame_height });
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    this.canvas.getContext("2d")?.drawImage(this.video, 0, 0, size.width, size.height);
    const picture = await this.jpeg(settings.jpeg_quality);
    return picture !== null && picture.length > MAX_PAYLOAD_BYTES ? this.jpeg(settings.jpeg_quality / 2) : picture;
  }

  private async jpeg(quality: number): Promise<Uint8Array | null> {
    const blob = await new Promise<Blob | null>((resolve) => this.canvas.toBlob(resolve, "image/jpeg", quality));
    return blob === null ? null : new Uint8Array(await blob.arrayBuffer());
  }
}
