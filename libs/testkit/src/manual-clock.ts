/** A clock that moves only when a test says so. Shaped as the `Clock` of @narthex/process. */
export class ManualClock {
  #nowMs: number;
  #nextId = 0;
  readonly #timers = new Map<number, { readonly dueMs: number; readonly run: () => void }>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const id = this.#nextId++;
    this.#timers.set(id, { dueMs: this.#nowMs + Math.max(0, delayMs), run });
    return () => void this.#timers.delete(id);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves the time on, running each timer at its moment and in order, those included that timers set on the way.
   * Between two timers the promises that are ready get their turn.
   */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    await settle();
    for (;;) {
      const next = [...this.#timers].filter(([, timer]) => timer.dueMs <= endMs).sort(byDue)[0];
      if (next === undefined) break;
      const [id, timer] = next;
      this.#timers.delete(id);
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.run();
      await settle();
    }
    this.#nowMs = endMs;
  }
}

function byDue([idA, a]: [number, { dueMs: number }], [idB, b]: [number, { dueMs: number }]): number {
  return a.dueMs - b.dueMs || idA - idB;
}

/** Lets promise callbacks and immediate callbacks run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
