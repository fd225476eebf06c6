/** What the analysis saw in the newest picture, in a few words; unknown is said to be unknown. */

import type { FrameData } from "../console/wall_rows";

const CAMERA_WORDS: Readonly<Record<string, string>> = {
  dark: "The picture is too dark to judge",
  blown: "The picture is too bright to judge",
  covered: "The camera is covered",
  low_contrast: "The picture is too flat to judge",
};

export function seenWords(data: FrameData): string {
  const camera = CAMERA_WORDS[data.camera_state ?? ""];
  if (camera !== undefined) return camera;
  if (data.face_count === null) return "Unknown: this picture could not be judged";
  if (data.face_count === 0) return "No face in view";
  if (data.face_count > 1) return `${data.face_count} faces in view`;
  return data.looking_away === true ? "One face, turned away" : "One face";
}
