/** The page after the end: this browser keeps nothing of the exam. */

import { forgetExam } from "../candidate/forget_exam";

const sessionId = document.querySelector<HTMLElement>("[data-session-over]")?.dataset["sessionOver"];
if (sessionId !== undefined) forgetExam(sessionId, indexedDB).catch((error: unknown) => console.warn(error));
