/** One command's content, as the code asks for it at replay or as the history has it. */
export interface Fact {
  /** For people: `activity 5 (readSettings)`. */
  readonly label: string;
  /** Null on the side of the code. */
  readonly event: number | null;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Facts by what tells one command from another on both sides: its kind and its number or name. */
export class Facts {
  readonly byKey = new Map<string, Fact>();
  readonly #counts = new Map<string, number>();

  /** Adds a fact. A second one of the same key gets a key of its own, so that none hides another. */
  add(key: string, fact: Fact): void {
    this.byKey.set(this.byKey.has(key) ? this.#numbered(key) : key, fact);
  }

  /** Adds a fact of a kind that has no number of its own: counted in the order in which they come. */
  addNext(kind: string, event: number | null, content: Fact['content']): void {
    const key = this.#numbered(kind);
    this.byKey.set(key, { label: key, event, content });
  }

  #numbered(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${kind} #${count}`;
  }
}
