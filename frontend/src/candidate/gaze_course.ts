/** The points that a candidate looks at: corners, edges and the middle of the page, and where they lie in pixels. */

export type Across = "left" | "middle" | "right";
export type Down = "top" | "middle" | "bottom";

export interface GazePoint {
  readonly across: Across;
  readonly down: Down;
}

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** From the page's edge to the middle of a point; the style sheet places points at the same distance. */
export const INSET_PX = 48;

const ACROSS: readonly Across[] = ["left", "middle", "right"];
const DOWN: readonly Down[] = ["top", "middle", "bottom"];

/** The middle first, where everybody looks anyway; then along the edges, so that the eyes never jump far. */
const ROUND: readonly GazePoint[] = [
  at("middle", "middle"),
  at("left", "middle"),
  at("left", "top"),
  at("middle", "top"),
  at("right", "top"),
  at("right", "middle"),
  at("right", "bottom"),
  at("middle", "bottom"),
  at("left", "bottom"),
];

export const NINE_POINTS: readonly GazePoint[] = ROUND;
export const FIVE_POINTS: readonly GazePoint[] = ROUND.filter(({ across, down }) => (across === "middle") === (down === "middle"));

/** CSS pixels from the middle of the page, right and down above zero. */
export function pixelsFromMiddle({ across, down }: GazePoint, page: PageSize): readonly [number, number] {
  const place = (index: number, side: number): number => Math.round((index - 1) * (side / 2 - INSET_PX));
  return [place(ACROSS.indexOf(across), page.width), place(DOWN.indexOf(down), page.height)];
}

function at(across: Across, down: Down): GazePoint {
  return { across, down };
}
