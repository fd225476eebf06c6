import { expect, it } from "vitest";

import type { FrameData } from "../console/wall_rows";
import { seenWords } from "./seen_words";

it.each<[Partial<FrameData>, string]>([
  [{ face_count: 1 }, "One face"],
  [{ face_count: 1, looking_away: true }, "One face, turned away"],
  [{ face_count: 1, looking_away: null }, "One face"],
  [{ face_count: 0, camera_state: "ok" }, "No face in view"],
  [{ face_count: 3 }, "3 faces in view"],
  [{ face_count: null }, "Unknown: this picture could not be judged"],
  [{ face_count: null, camera_state: "covered" }, "The camera is covered"],
])("%o", (seen, words) => {
  const frame: FrameData = {
    face_count: null,
    score: 0,
    integrity_score: 100,
    coverage: null,
    thumbnail: null,
    t: 0,
    ...seen,
  };

  expect(seenWords(frame)).toBe(words);
});
