/** What was written and the server has not got: kept in this browser over a reload, and gone once it is there. */

export interface Unsent {
  readonly client_id: string;
  readonly kind: "chat" | "help";
  readonly text: string;
}

export class ChatOutbox {
  private lines: readonly Unsent[];
  private readonly key: string;

  constructor(
    sessionId: string,
    private readonly storage: Storage,
  ) {
    this.key = `invigil.chat.${sessionId}`;
    this.lines = this.read();
  }

  get all(): readonly Unsent[] {
    return this.lines;
  }

  add(line: Unsent): void {
    this.write([...this.lines, line]);
  }

  remove(clientId: string): void {
    if (this.lines.some(({ client_id }) => client_id === clientId)) {
      this.write(this.lines.filter(({ client_id }) => client_id !== clientId));
    }
  }

  clear(): void {
    this.write([]);
  }

  private read(): readonly Unsent[] {
    try {
      const kept: unknown = JSON.parse(this.storage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isUnsent) : [];
    } catch {
      return [];
    }
  }

  private write(lines: readonly Unsent[]): void {
    this.lines = lines;
    try {
      if (lines.length === 0) this.storage.removeItem(this.key);
      else this.storage.setItem(this.key, JSON.stringify(lines));
    } catch {
      // A browser that keeps nothing has it until the page is closed.
    }
  }
}

function isUnsent(value: unknown): value is Unsent {
  const { client_id, kind, text } = (value ?? {}) as Record<string, unknown>;
  return typeof client_id === "string" && (kind === "chat" || kind === "help") && typeof text === "string";
}
