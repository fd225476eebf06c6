/** Keeps the session page fresh: hints say what is old, htmx fetches the parts, the curve fetches itself. */

import "../console/chat_panel";
import type { ChatPanel } from "../console/chat_panel";
import { CompanyLine } from "../console/company_line";
import { ConsoleSocket } from "../console/console_socket";
import { LiveView } from "../console/live_view";
import { socketUrl } from "../socket/ticket_socket";
import type { Connection } from "../socket/ticket_socket";
import { readHint } from "../console/wall_rows";
import type { FrameData } from "../console/wall_rows";
import { JitteredBackoff } from "../socket/reconnect";
import { fetchCurve } from "./risk_curve";
import type { RiskCurve } from "./risk_curve";
import { delayOf, EVERY_PART, partsOf, Refresher } from "./refresh";
import type { Part } from "./refresh";
import { showScreen } from "./screen_picture";
import { seenWords } from "./seen_words";
import type { SessionConfig } from "./session_config";
import { gettext } from "../words/gettext";

const REPORT_EVERY_MS = 2000;
/** Which session was watched live when the page drew itself again. */
const WATCHED_LIVE = "watched-live";

export class SessionPage {
  private readonly refresher = new Refresher((part) => this.refresh(part));
  private readonly socket: ConsoleSocket;
  private hasBeenLive = false;
  private wasMaking = false;
  private readonly company: CompanyLine | null;

  constructor(
    private readonly config: SessionConfig,
    private readonly curve: RiskCurve,
    private readonly banner: HTMLElement,
  ) {
    const place = document.querySelector<HTMLElement>("[data-view='session-company']");
    this.company = place === null ? null : new CompanyLine(place, config.company);
    this.socket = new ConsoleSocket({
      url: socketUrl(config.urls.socket),
      ticketUrl: config.urls.ticket,
      topic: { session: config.session },
      policy: new JitteredBackoff(),
      onConnection: (connection) => this.connectionChanged(connection),
      onMessage: (message) => this.told(message),
    });
  }

  begin(): void {
    this.refresh("curve");
    this.showLiveVideo();
    this.showChat();
    this.company?.begin();
    this.socket.start();
    window.addEventListener("online", () => this.socket.retryNow());
    setInterval(() => this.askForReport(), REPORT_EVERY_MS);
  }

  /** Nobody is told when the report is ready: while it is being made, the page asks. */
  private askForReport(): void {
    const isMaking = document.querySelector("[data-refresh-soon]") !== null;
    if (isMaking) this.refresh("summary");
    // The final replay may have changed flags and scores: the rest of the page follows it once.
    else if (this.wasMaking) this.refresher.soon(EVERY_PART, 0);
    this.wasMaking = isMaking;
  }

  private told(message: unknown): void {
    this.company?.told(message);
    showScreen(message, this.config.session);
    const hint = readHint(message);
    if (hint === null || hint.session !== this.config.session) return;
    if (hint.type === "frame_analyzed") this.showPicture(hint.data);
    // The facts and the camera's place depend on the state: the server draws them again.
    if (hint.type === "state" && document.querySelector("dialog[open]") === null && !isWriting()) return this.reload();
    this.refresher.soon(partsOf(hint), delayOf(hint));
  }

  /** The lines are in the page already; from here on they grow. */
  private showChat(): void {
    const place = document.querySelector("[data-view='session-chat']");
    if (place === null) return;
    const chat = document.createElement("chat-panel") as ChatPanel;
    chat.sessionId = this.config.session;
    chat.messages = this.config.chat.messages;
    chat.mayWrite = this.config.chat.may_write;
    chat.link = this.socket;
    place.replaceChildren(chat);
  }

  private refresh(part: Part): void {
    if (part !== "curve") return void document.body.dispatchEvent(new CustomEvent(`session:${part}`));
    fetchCurve(this.config.urls.risk).then(
      (data) => this.curve.show(data),
      (error: unknown) => this.curve.fail(error instanceof Error ? error.message : String(error)),
    );
  }

  private showLiveVideo(): void {
    const view = document.querySelector("live-view");
    if (!(view instanceof LiveView)) return;
    view.link = this.socket;
    view.begins = sessionStorage.getItem(WATCHED_LIVE) === this.config.session;
    sessionStorage.removeItem(WATCHED_LIVE);
  }

  /** Who watches live watches on. */
  private reload(): void {
    const view = document.querySelector("live-view");
    if (view instanceof LiveView && view.state.status !== "off") sessionStorage.setItem(WATCHED_LIVE, this.config.session);
    location.reload();
  }

  private showPicture(data: FrameData): void {
    const picture = document.querySelector<HTMLImageElement>("#live-picture");
    const words = document.querySelector("#live-words");
    if (picture !== null && data.thumbnail !== null && !document.hidden) picture.src = data.thumbnail;
    if (words !== null) words.textContent = seenWords(data);
  }

  private connectionChanged(connection: Connection): void {
    if (connection.status === "connected") {
      if (this.hasBeenLive) this.refresher.soon(EVERY_PART, 0);
      this.hasBeenLive = true;
    }
    if (connection.status === "connecting") return;
    this.banner.replaceChildren(...this.bannerContent(connection));
  }

  private bannerContent(connection: Connection): HTMLElement[] {
    if (connection.status === "connected") return [];
    const isStopped = connection.status === "stopped";
    const box = document.createElement("div");
    box.className = `alert ${isStopped ? "alert-danger" : "alert-warning"} wall-banner`;
    box.setAttribute("role", "alert");
    const words = document.createElement("span");
    words.textContent = isStopped
      ? connection.words
      : gettext("The connection is lost. What you see may be old; we keep trying.");
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "btn btn-sm btn-outline-secondary";
    retry.textContent = gettext("Try now");
    retry.addEventListener("click", () => this.socket.retryNow());
    box.append(words, retry);
    return [box];
  }
}

/** A message that is being written must not be lost to a page that draws itself again. */
function isWriting(): boolean {
  return [...document.querySelectorAll<HTMLTextAreaElement>(".chat textarea")].some(({ value }) => value !== "");
}
