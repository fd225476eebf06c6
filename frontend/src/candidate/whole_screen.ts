/** The points belong to the whole screen: it is taken for them, and given back after them. */

export class WholeScreen {
  private taken = false;
  private leaving: Promise<void> = Promise.resolve();

  /** Call from a click or a key. Where the browser refuses, the points belong to its window. */
  async take(): Promise<void> {
    await this.leaving;
    if (document.fullscreenElement != null) return;
    try {
      await document.documentElement.requestFullscreen();
      this.taken = true;
    } catch (error) {
      console.info("no full screen for the points", error);
    }
  }

  /** What was full screen before stays so. */
  async giveBack(): Promise<void> {
    const held = this.taken && document.fullscreenElement != null;
    this.taken = false;
    if (held) this.leaving = document.exitFullscreen().catch(() => undefined);
    await this.leaving;
  }
}
