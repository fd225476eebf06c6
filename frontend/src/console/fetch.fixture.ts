/** A server that keeps what it is asked, and answers what the test says. */

import { vi } from "vitest";

export interface Asked {
  readonly url: string;
  readonly body: unknown;
}

export class FakeServer {
  readonly asked: Asked[] = [];
  answer: () => Response = () => Response.json({});

  constructor() {
    vi.stubGlobal("fetch", (url: string, request: RequestInit) => {
      this.asked.push({ url, body: JSON.parse(String(request.body)) });
      return Promise.resolve(this.answer());
    });
  }
}
