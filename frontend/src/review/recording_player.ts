/** Plays camera and screen of a sitting in step, on the sitting's own clock; holes are leapt over. */

import { html, LitElement, nothing } from "lit";
import type { TemplateResult } from "lit";

import { gettext } from "../words/gettext";
import { RecordingTimeline } from "./recording_timeline";
import type { Span } from "./recording_timeline";

interface TrackConfig {
  readonly url: string;
  readonly source: "webcam" | "screen";
  readonly spans: readonly Span[];
}

interface Track extends TrackConfig {
  readonly timeline: RecordingTimeline;
}

const STEP_MS = 10_000;
/** Closer than this two pictures look as one. */
const IN_STEP_S = 0.3;
const FIRST_PICTURE_S = 0.1;
const RATES = [0.5, 1, 1.5, 2, 4] as const;

export class RecordingPlayer extends LitElement {
  static override properties = { sessionMs: { state: true }, isPlaying: { state: true }, words: { state: true } };
  declare sessionMs: number;
  declare isPlaying: boolean;
  declare words: string;
  private tracks: readonly Track[] = [];
  private leaderIndex = 0;
  private rate = 1;

  override connectedCallback(): void {
    const config = JSON.parse(document.getElementById("recording-tracks")?.textContent ?? "[]") as readonly TrackConfig[];
    this.tracks = config.map((track) => ({ ...track, timeline: new RecordingTimeline(track.spans) }));
    // Without script the links to the files are here.
    this.replaceChildren();
    [this.sessionMs, this.isPlaying, this.words] = [this.startMs, false, ""];
    super.connectedCallback();
    document.addEventListener("click", this.clicked);
    this.addEventListener("keydown", this.pressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("click", this.clicked);
    this.removeEventListener("keydown", this.pressed);
  }

  /** Shows the moment, or the next one that was recorded; a leap is told. */
  seek(sessionMs: number): void {
    const wantedMs = Math.min(Math.max(sessionMs, this.startMs), this.endMs);
    const covering = this.tracks.findIndex(({ timeline }) => timeline.fileAt(wantedMs) !== null);
    this.leaderIndex = Math.max(0, covering);
    const leader = this.tracks[this.leaderIndex];
    if (leader === undefined) return;
    this.sessionMs = leader.timeline.nearest(wantedMs);
    this.words = covering < 0 ? gettext("There is no video of that moment; this is the nearest.") : "";
    this.place();
  }

  async play(): Promise<void> {
    this.isPlaying = true;
    await Promise.allSettled(this.shownVideos().map((video) => video.play()));
  }

  pause(): void {
    this.isPlaying = false;
    for (const video of this.videos()) video.pause();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const label = clock(this.sessionMs);
    return html`<div class="recording-tracks">${this.tracks.map((track, index) => this.picture(track, index))}</div>
      <div class="recording-controls" role="group" aria-label=${gettext("Player")}>
        <button type="button" class="btn btn-primary btn-sm" data-action="play" @click=${() => (this.isPlaying ? this.pause() : void this.play())}>
          ${this.isPlaying ? gettext("Pause") : gettext("Play")}
        </button>
        <button type="button" class="btn btn-outline-secondary btn-sm" @click=${() => this.seek(this.sessionMs - STEP_MS)}>
          ${gettext("10 s back")}
        </button>
        <button type="button" class="btn btn-outline-secondary btn-sm" @click=${() => this.seek(this.sessionMs + STEP_MS)}>
          ${gettext("10 s on")}
        </button>
        <input type="range" class="form-range recording-seek" min=${this.startMs} max=${this.endMs} step="1000"
          .value=${String(Math.round(this.sessionMs))} aria-label=${gettext("Time of the sitting")} aria-valuetext=${label}
          @input=${(event: Event) => this.seek(Number((event.target as HTMLInputElement).value))}>
        <span class="recording-clock">${label} / ${clock(this.endMs)}</span>
        <label class="recording-rate">${gettext("Speed")}
          <select class="form-select form-select-sm" @change=${(event: Event) => this.hasten(Number((event.target as HTMLSelectElement).value))}>
            ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === this.rate}>${rate} ×</option>`)}
          </select>
        </label>
      </div>
      <p class="quiet mb-0" role="status">${this.words === "" ? nothing : this.words}</p>`;
  }

  private picture(track: Track, index: number): TemplateResult {
    const name = track.source === "webcam" ? gettext("Camera") : gettext("Screen");
    const isHere = track.timeline.fileAt(this.sessionMs) !== null || index === this.leaderIndex;
    return html`<figure class="recording-track">
      <video src=${track.url} preload="metadata" playsinline ?hidden=${!isHere} aria-label=${name}
        @loadedmetadata=${() => this.place()} @timeupdate=${() => this.moved(index)} @ended=${() => this.ended(index)}></video>
      ${isHere ? nothing : html`<p class="recording-hole">${gettext("No video at this moment")}</p>`}
      <figcaption class="quiet">${name}</figcaption>
    </figure>`;
  }

  /** The leader's picture moves the clock; the others follow. */
  private moved(index: number): void {
    const [leader, video] = [this.tracks[index], this.videos()[index]];
    if (index !== this.leaderIndex || leader === undefined || video === undefined || video.seeking) return;
    this.sessionMs = leader.timeline.sessionAt(video.currentTime * 1000);
    this.follow();
  }

  private ended(index: number): void {
    if (index === this.leaderIndex) this.pause();
  }

  private place(): void {
    const [leader, video] = [this.tracks[this.leaderIndex], this.videos()[this.leaderIndex]];
    const fileMs = leader?.timeline.fileAt(this.sessionMs) ?? null;
    if (video !== undefined && fileMs !== null) showAt(video, fileMs);
    this.follow();
  }

  private follow(): void {
    this.videos().forEach((video, index) => {
      if (index === this.leaderIndex) return this.keepGoing(video);
      const fileMs = this.tracks[index]?.timeline.fileAt(this.sessionMs) ?? null;
      if (fileMs === null) return video.pause();
      if (Math.abs(video.currentTime - fileMs / 1000) > IN_STEP_S) video.currentTime = fileMs / 1000;
      this.keepGoing(video);
    });
  }

  private keepGoing(video: HTMLVideoElement): void {
    video.playbackRate = this.rate;
    if (this.isPlaying && video.paused && !video.ended) void video.play().catch(() => undefined);
  }

  private hasten(rate: number): void {
    this.rate = rate;
    for (const video of this.videos()) video.playbackRate = rate;
  }

  private readonly clicked = (event: Event): void => {
    const asked = (event.target as Element).closest<HTMLElement>("[data-play-ms]")?.dataset["playMs"];
    if (asked === undefined) return;
    this.seek(Number(asked));
    this.scrollIntoView({ block: "center" });
    void this.play();
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.key !== " " || (event.target as Element).matches("button, select")) return;
    event.preventDefault();
    if (this.isPlaying) this.pause();
    else void this.play();
  };

  private videos(): HTMLVideoElement[] {
    return [...this.querySelectorAll("video")];
  }

  private shownVideos(): HTMLVideoElement[] {
    return this.videos().filter((_video, index) => index === this.leaderIndex || this.tracks[index]?.timeline.fileAt(this.sessionMs) !== null);
  }

  private get startMs(): number {
    return Math.min(...this.tracks.map(({ timeline }) => timeline.startMs), Infinity) || 0;
  }

  private get endMs(): number {
    return Math.max(...this.tracks.map(({ timeline }) => timeline.endMs), 0);
  }
}

/** The first picture lies a little behind the beginning; before it there is only black. */
function showAt(video: HTMLVideoElement, fileMs: number): void {
  const wantedS = Math.max(fileMs / 1000, FIRST_PICTURE_S);
  if (Math.abs(video.currentTime - wantedS) > 0.001) video.currentTime = wantedS;
}

function clock(sessionMs: number): string {
  const seconds = Math.floor(sessionMs / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const twoDigits = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${twoDigits}` : `${minutes}:${twoDigits}`;
}

customElements.define("recording-player", RecordingPlayer);
