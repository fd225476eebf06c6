/** Who else watches and what was done last, on a page that is not drawn anew with every hint. */

import { render } from "lit";

import { readCompanyHint, withAct } from "./company";
import type { Act, Watcher } from "./company";
import { companyLine } from "./wall_company";

/** "10 s ago" grows old. */
const DRAW_EVERY_MS = 5000;

export interface Company {
  readonly me: string;
  readonly watchers: readonly Watcher[];
  readonly acts: readonly Act[];
}

export class CompanyLine {
  private watchers: readonly Watcher[];
  private acts: readonly Act[];

  constructor(
    private readonly place: HTMLElement,
    private readonly company: Company,
  ) {
    this.watchers = company.watchers;
    this.acts = company.acts;
  }

  begin(): void {
    this.draw();
    setInterval(() => this.draw(), DRAW_EVERY_MS);
  }

  told(message: unknown): void {
    const hint = readCompanyHint(message);
    if (hint === null) return;
    if (hint.type === "watchers") this.watchers = hint.watchers;
    else this.acts = withAct(this.acts, hint.act);
    this.draw();
  }

  private draw(): void {
    render(companyLine(this.watchers, this.acts, this.company.me), this.place);
  }
}
