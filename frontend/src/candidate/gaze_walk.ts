/** Leads the candidate from point to point and sends what the camera sees there; the server fits and judges. */

import { encodeFrame, FrameError, KIND_LOOK_JPEG } from "../protocol/frame_header";
import type { ClientMessage, GazeOutcome } from "../protocol/messages";
import { pixelsFromMiddle } from "./gaze_course";
import type { GazePoint, PageSize } from "./gaze_course";
import { gettext } from "../words/gettext";

export type GazeState =
  | { readonly status: "unwanted" | "fitting" | "fitted" | "skipped" }
  /** `refusal` says why the last try was not kept. */
  | { readonly status: "offered"; readonly refusal: string | null }
  | { readonly status: "walking"; readonly points: readonly GazePoint[]; readonly place: number };

export interface GazeWalkOptions {
  readonly capture: () => Promise<Uint8Array | null>;
  /** False when the socket cannot take it now. */
  readonly say: (message: ClientMessage) => boolean;
  readonly sendLook: (message: Uint8Array<ArrayBuffer>) => boolean;
  readonly onChange: (state: GazeState) => void;
}

/** The eyes come to a point some moments after it is shown. */
const SETTLE_MS = 300;
const LOOK_MS = 700;
const BETWEEN_LOOKS_MS = 100;
const LEAST_LOOKS = 3;
/** A slow line or server makes a point last longer, but not for ever. */
const LONGEST_LOOK_MS = 6000;
const ANSWER_WITHIN_MS = 12_000;

const NO_LINE = gettext("The connection was lost on the way, so nothing was kept. Please begin again.");
const NO_ANSWER = gettext("No answer came, so nothing was kept. Please try again.");

export class GazeWalk {
  private current: GazeState = { status: "unwanted" };
  private walkNumber = 0;
  private nextSeq = 1;
  private waiting: { readonly seq: number; readonly settle: (found: boolean) => void } | null = null;
  private answerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: GazeWalkOptions) {}

  get state(): GazeState {
    return this.current;
  }

  /** The socket is open; `fitted` is undefined where the exam does not follow eyes. */
  welcomed(fitted: boolean | undefined): void {
    if (fitted === undefined) this.show({ status: "unwanted" });
    else if (fitted) this.show({ status: "fitted" });
    else if (this.current.status === "unwanted") this.show({ status: "offered", refusal: null });
  }

  async begin(points: readonly GazePoint[], page: PageSize): Promise<void> {
    this.walkNumber += 1;
    const walk = this.walkNumber;
    if (!this.options.say({ type: "gaze_begin", points: points.map((point) => pixelsFromMiddle(point, page)) })) {
      return this.show({ status: "offered", refusal: NO_LINE });
    }
    for (const place of points.keys()) {
      this.show({ status: "walking", points, place });
      await pause(SETTLE_MS);
      await this.lookAt(place, walk);
      if (walk !== this.walkNumber) return;
    }
    this.fit();
  }

  skip(): void {
    this.stop();
    this.show({ status: "skipped" });
  }

  /** The line went while points were shown or fitted. */
  interrupted(): void {
    if (this.isUnderWay) {
      this.stop();
      this.show({ status: "offered", refusal: NO_LINE });
    }
  }

  acknowledged(seq: number, found: boolean): void {
    if (this.waiting?.seq === seq) this.waiting.settle(found);
  }

  answered({ kept, text }: GazeOutcome): void {
    if (!this.isUnderWay) return;
    this.stop();
    this.show(kept ? { status: "fitted" } : { status: "offered", refusal: text });
  }

  get isUnderWay(): boolean {
    return this.current.status === "walking" || this.current.status === "fitting";
  }

  private fit(): void {
    this.show({ status: "fitting" });
    this.answerTimer = setTimeout(() => {
      this.stop();
      this.show({ status: "offered", refusal: NO_ANSWER });
    }, ANSWER_WITHIN_MS);
    if (!this.options.say({ type: "gaze_fit" })) this.interrupted();
  }

  private stop(): void {
    this.walkNumber += 1;
    clearTimeout(this.answerTimer);
    this.waiting?.settle(false);
  }

  private async lookAt(place: number, walk: number): Promise<void> {
    const began = performance.now();
    let looks = 0;
    while (walk === this.walkNumber) {
      const lookedMs = performance.now() - began;
      if (lookedMs >= LONGEST_LOOK_MS || (lookedMs >= LOOK_MS && looks >= LEAST_LOOKS)) return;
      if (await this.look(place, walk)) looks += 1;
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  /** One picture; whether the server could find the eyes in it. */
  private async look(place: number, walk: number): Promise<boolean> {
    const jpeg = await this.options.capture();
    if (jpeg === null || walk !== this.walkNumber) return false;
    const seq = this.nextSeq++;
    const message = encodeLook(seq, place, jpeg);
    if (message === null || !this.options.sendLook(message)) return false;
    return new Promise((resolve) => {
      const settle = (found: boolean): void => {
        clearTimeout(timer);
        this.waiting = null;
        resolve(found);
      };
      const timer = setTimeout(() => settle(false), ANSWER_WITHIN_MS);
      this.waiting = { seq, settle };
    });
  }

  private show(state: GazeState): void {
    this.current = state;
    this.options.onChange(state);
  }
}

function encodeLook(seq: number, place: number, jpeg: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const payload = new Uint8Array(jpeg.length + 1);
  payload[0] = place;
  payload.set(jpeg, 1);
  try {
    return encodeFrame({ kind: KIND_LOOK_JPEG, seq, tMs: 0 }, payload);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    console.warn("a picture was not sent", error.message);
    return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
