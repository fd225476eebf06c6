/** The risk curve: uPlot with a mark for each flag, in the colours of the theme. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { clock } from "../console/wall_words";
import { markers, plotted, summaryOf } from "./curve_data";
import type { RiskCurveData } from "./curve_data";
import { gettext } from "../words/gettext";

const HEIGHT_PX = 220;
const LOWEST_TOP = 10;
const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

export class RiskCurve {
  private plot: uPlot | null = null;
  private data: RiskCurveData | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly openFlag: (id: string) => void,
  ) {
    new ResizeObserver(() => this.fit()).observe(root);
    // Canvas colours are fixed when they are drawn.
    new MutationObserver(() => this.redraw()).observe(document.documentElement, {
      attributeFilter: ["data-bs-theme"],
    });
  }

  show(data: RiskCurveData): void {
    this.data = data;
    if (this.plot === null || data.score.length === 0) return this.redraw();
    this.plot.setData(plotted(data));
    this.describe();
  }

  fail(words: string): void {
    if (this.data === null) this.say(words);
  }

  private redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.data === null) return;
    if (this.data.score.length === 0) return this.say(gettext("No scores: the curve begins with the first picture that is analysed."));
    this.root.replaceChildren();
    this.plot = new uPlot(this.options(), plotted(this.data), this.root);
    this.describe();
  }

  private say(words: string): void {
    const paragraph = document.createElement("p");
    paragraph.className = "curve-empty quiet";
    paragraph.textContent = words;
    this.root.replaceChildren(paragraph);
  }

  private describe(): void {
    if (this.data === null) return;
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", summaryOf(this.data));
  }

  private fit(): void {
    this.plot?.setSize({ width: this.widthPx(), height: HEIGHT_PX });
  }

  private widthPx(): number {
    return Math.max(240, this.root.clientWidth);
  }

  private options(): uPlot.Options {
    const colour = coloursOf(this.root);
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const axis: uPlot.Axis = {
      stroke: colour("--colour-text-quiet"),
      grid: { stroke: colour("--colour-line"), width: 1 },
      ticks: { show: false },
      font: `12px ${getComputedStyle(this.root).fontFamily}`,
    };
    return {
      width: this.widthPx(),
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false } },
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(LOWEST_TOP, high * 1.15)] } },
      axes: [
        { ...axis, values: (_plot, seconds) => seconds.map((second) => clock(second * 1000)), incrs: TICKS_S, space: 70, size: 32 },
        { ...axis, size: 44 },
      ],
      series: [
        {},
        {
          label: gettext("Risk score"),
          stroke: colour("--colour-accent"),
          width: 2,
          fill: `rgba(${colour("--colour-accent-rgb")}, 0.12)`,
          ...(stepped === undefined ? {} : { paths: stepped }),
          points: { show: false },
        },
      ],
      hooks: { draw: [(plot) => this.mark(plot)] },
    };
  }

  /** Marks are elements, so that they can be pointed at and named; their places are set by script. */
  private mark(plot: uPlot): void {
    for (const old of plot.over.querySelectorAll(".curve-mark")) old.remove();
    if (this.data === null) return;
    for (const { flag, atS, score } of markers(this.data)) {
      const left = plot.valToPos(atS, "x");
      if (left < 0 || left > plot.over.clientWidth) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = `curve-mark curve-mark-${flag.severity}`;
      button.title = `${flag.label}, ${clock(flag.since_ms)}`;
      button.setAttribute("aria-label", button.title);
      // The list beside the curve is the way for the keyboard; the marks would repeat it.
      button.tabIndex = -1;
      button.style.left = `${left}px`;
      button.style.top = `${plot.valToPos(score, "y")}px`;
      button.addEventListener("click", () => this.openFlag(flag.id));
      plot.over.append(button);
    }
  }
}

function coloursOf(element: HTMLElement): (name: string) => string {
  const styles = getComputedStyle(element);
  return (name) => styles.getPropertyValue(name).trim();
}

export async function fetchCurve(url: string): Promise<RiskCurveData> {
  const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(gettext("The curve could not be fetched. Reload the page."));
  return (await response.json()) as RiskCurveData;
}
