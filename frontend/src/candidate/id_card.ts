/** The picture of an identity card: made small, sent, and asked about until the server has compared it. */

import { sizeWithin } from "./frame_capture";
import { getJson, postPicture, RequestRefused } from "./requests";
import { gettext } from "../words/gettext";

const LONGEST_PX = 1600;
const QUALITY = 0.9;
const ASK_INTERVAL_MS = 1000;
const MOST_QUESTIONS = 20;

export type CardState = "none" | "looking" | "again" | "taken";

export interface CardStatus {
  readonly state: CardState;
  readonly text: string;
}

export interface IdCardConfig extends CardStatus {
  readonly url: string;
}

const STATES: ReadonlySet<unknown> = new Set<CardState>(["none", "looking", "again", "taken"]);
const NOT_COMPARED: CardStatus = { state: "taken", text: gettext("Your picture is kept. We could not compare it; a person will look at it.") };

export class PictureUnreadable extends Error {
  override readonly name = "PictureUnreadable";

  constructor() {
    super(gettext("Your browser cannot open this file. Photograph the card instead, or choose a JPEG, PNG or WebP picture."));
  }
}

/** A JPEG of at most 1600 pixels, upright, with nothing in it but the picture. */
export async function smallPicture(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new PictureUnreadable();
  });
  const size = sizeWithin(bitmap, { width: LONGEST_PX, height: LONGEST_PX });
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, size.width, size.height);
  bitmap.close();
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (picture === null) throw new PictureUnreadable();
  return picture;
}

/** What the server says once it has compared; after a while that a person will look. */
export async function sendCard(url: string, picture: Blob, pause: () => Promise<void> = aSecond): Promise<CardStatus> {
  let status = read(await postPicture(url, picture));
  for (let asked = 0; status.state === "looking" && asked < MOST_QUESTIONS; asked += 1) {
    await pause();
    status = read(await getJson(url));
  }
  return status.state === "looking" ? NOT_COMPARED : status;
}

function read(answer: unknown): CardStatus {
  const { state, text } = (answer ?? {}) as Partial<CardStatus>;
  if (state !== undefined && STATES.has(state) && typeof text === "string") return { state, text };
  throw new RequestRefused(200, "unreadable", gettext("The server's answer could not be read. Reload the page."));
}

function aSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ASK_INTERVAL_MS));
}
