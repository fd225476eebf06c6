/** Which moment of a sitting lies where in a recording's file; recordings have holes, files have none. */

export interface Span {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly file_ms: number;
}

export class RecordingTimeline {
  constructor(private readonly spans: readonly Span[]) {}

  get startMs(): number {
    return this.spans[0]?.start_ms ?? 0;
  }

  get endMs(): number {
    return this.spans.at(-1)?.end_ms ?? 0;
  }

  /** Null where nothing was recorded. */
  fileAt(sessionMs: number): number | null {
    const span = this.spans.find(({ start_ms, end_ms }) => sessionMs >= start_ms && sessionMs < end_ms);
    return span === undefined ? null : span.file_ms + sessionMs - span.start_ms;
  }

  sessionAt(fileMs: number): number {
    const span = this.spans.findLast(({ file_ms }) => file_ms <= fileMs) ?? this.spans[0];
    return span === undefined ? 0 : Math.min(span.end_ms, span.start_ms + Math.max(0, fileMs - span.file_ms));
  }

  /** The moment itself where it was recorded, else the next one that was, else the last one. */
  nearest(sessionMs: number): number {
    if (this.fileAt(sessionMs) !== null) return sessionMs;
    const next = this.spans.find(({ start_ms }) => start_ms >= sessionMs);
    return next?.start_ms ?? Math.max(this.startMs, this.endMs - 1);
  }
}
