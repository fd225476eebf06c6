/** What a camera says of itself and how regularly its pictures come: for a person to know, never a reason to refuse it. */

import type { EventDetail } from "../protocol/messages";

/** Ten seconds of a camera at fifteen pictures a second. */
export const PICTURES_TIMED = 150;

/** The part of a video element that is needed; `requestVideoFrameCallback` is missing in older browsers. */
export interface TimedVideo {
  readonly videoWidth: number;
  readonly videoHeight: number;
  requestVideoFrameCallback?(callback: (now: number, metadata: { readonly captureTime?: number }) => void): number;
}

export class CameraTraits {
  private stream: MediaStream | null = null;
  private capturedAtMs: number[] = [];
  private ready: EventDetail | null = null;

  constructor(
    private readonly video: TimedVideo,
    private readonly onReady: () => void,
  ) {}

  /** A camera was opened, or is gone. */
  watch(stream: MediaStream | null): void {
    if (stream === this.stream) return;
    this.stream = stream;
    this.capturedAtMs = [];
    this.ready = null;
    if (stream !== null) this.next(stream);
  }

  /** What is known of the camera, once. */
  take(): EventDetail | null {
    const ready = this.ready;
    this.ready = null;
    return ready;
  }

  private next(stream: MediaStream): void {
    if (this.video.requestVideoFrameCallback === undefined) return this.finish(stream);
    this.video.requestVideoFrameCallback((_now, { captureTime }) => {
      if (stream !== this.stream) return;
      // Only the moment of capture says something of the camera: the moment of showing is the screen's.
      if (captureTime === undefined) return this.finish(stream);
      this.capturedAtMs.push(captureTime);
      if (this.capturedAtMs.length < PICTURES_TIMED) this.next(stream);
      else this.finish(stream);
    });
  }

  private finish(stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    if (track === undefined) return;
    this.ready = { ...saidBy(track), ...sizeOf(this.video), ...timing(this.capturedAtMs) };
    this.onReady();
  }
}

/** The settings that the browser tells, and how many it says could be chosen; nothing where it does not say. */
export function saidBy(track: MediaStreamTrack): EventDetail {
  const { width, height, frameRate } = track.getSettings();
  return {
    ...(typeof track.getCapabilities === "function" && { capabilities: Object.keys(track.getCapabilities()).length }),
    ...(width !== undefined && { told_width_px: Math.round(width) }),
    ...(height !== undefined && { told_height_px: Math.round(height) }),
    ...(frameRate !== undefined && { told_fps_milli: Math.round(frameRate * 1000) }),
  };
}

/** The usual time between pictures, and within how much of it 19 of 20 come, in microseconds; nothing for too few. */
export function timing(capturedAtMs: readonly number[]): EventDetail {
  const steps = capturedAtMs.slice(1).map((at, place) => at - capturedAtMs[place]!);
  if (steps.length < PICTURES_TIMED - 1) return {};
  const usual = quantile(steps, 0.5);
  const within = quantile(steps.map((step) => Math.abs(step - usual)), 0.95);
  return { interval_us: Math.max(0, Math.round(usual * 1000)), jitter_us: Math.round(within * 1000) };
}

function sizeOf(video: TimedVideo): EventDetail {
  return video.videoWidth > 0 ? { width_px: video.videoWidth, height_px: video.videoHeight } : {};
}

function quantile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((one, other) => one - other);
  return ordered[Math.floor(share * (ordered.length - 1))]!;
}
