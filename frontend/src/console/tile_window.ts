/** Which tiles of a long wall are in the page: those on the screen and a row around them. */

export interface Geometry {
  readonly columns: number;
  /** From the top of one row to the top of the next. */
  readonly pitch_px: number;
  /** Where the list begins, below the top of the screen; above it when negative. */
  readonly top_px: number;
  readonly screen_px: number;
}

/** Tiles from `first` up to and without `end`, and how high the rows are that are left out on either side. */
export interface TileWindow {
  readonly first: number;
  readonly end: number;
  readonly above_px: number;
  readonly below_px: number;
}

const ROWS_AROUND = 1;
/** Before anything was measured. */
const FIRST_TILES = 24;

export function tileWindow(count: number, geometry: Geometry | null): TileWindow {
  if (geometry === null || geometry.pitch_px <= 0) return { first: 0, end: Math.min(count, FIRST_TILES), above_px: 0, below_px: 0 };
  const { columns, pitch_px, top_px, screen_px } = geometry;
  const rows = Math.ceil(count / columns);
  const firstRow = clamp(Math.floor(-top_px / pitch_px) - ROWS_AROUND, 0, Math.max(0, rows - 1));
  const endRow = clamp(Math.ceil((screen_px - top_px) / pitch_px) + ROWS_AROUND, firstRow + 1, Math.max(1, rows));
  return {
    first: firstRow * columns,
    end: Math.min(count, endRow * columns),
    above_px: firstRow * pitch_px,
    below_px: Math.max(0, rows - endRow) * pitch_px,
  };
}

/** How far the page has to scroll, down when positive, until this tile is on the screen as a whole. */
export function scrollTo(index: number, geometry: Geometry, reserved_px: number): number {
  const top_px = geometry.top_px + Math.floor(index / geometry.columns) * geometry.pitch_px;
  if (top_px < reserved_px) return top_px - reserved_px;
  return Math.max(0, top_px + geometry.pitch_px - geometry.screen_px);
}

/** The place where an arrow key leads; null for a key that leads nowhere. */
export function placeAfter(key: string, index: number, count: number, columns: number): number | null {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (count === 0) return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const next = index + step;
  return next < 0 || next >= count ? index : next;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
