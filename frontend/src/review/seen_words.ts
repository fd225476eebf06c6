/** What the analysis saw in the newest picture, in a few words; unknown is said to be unknown. */

import type { FrameData } from "../console/wall_rows";
import { gettext, ngettext } from "../words/gettext";

const CAMERA_WORDS: Readonly<Record<string, string>> = {
  dark: gettext("The picture is too dark to judge"),
  blown: gettext("The picture is too bright to judge"),
  covered: gettext("The camera is covered"),
  low_contrast: gettext("The picture is too flat to judge"),
};

export function seenWords(data: FrameData): string {
  const camera = CAMERA_WORDS[data.camera_state ?? ""];
  if (camera !== undefined) return camera;
  if (data.face_count === null) return gettext("Unknown: this picture could not be judged");
  if (data.face_count === 0) return gettext("No face in view");
  if (data.face_count > 1) return ngettext("%(count)s face in view", "%(count)s faces in view", data.face_count);
  return data.looking_away === true ? gettext("One face, turned away") : gettext("One face");
}
