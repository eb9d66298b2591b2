/** The times an expression is evaluated at. */
export class Steps {
  readonly startMs: number;
  /** The end as given: the last step is there or before. */
  readonly endMs: number;
  readonly stepMs: number;
  readonly count: number;

  constructor(startMs: number, endMs: number, stepMs: number) {
    this.startMs = startMs;
    this.endMs = endMs;
    this.stepMs = stepMs;
    this.count = endMs < startMs ? 0 : stepMs === 0 ? 1 : Math.floor((endMs - startMs) / stepMs) + 1;
  }

  /** The time of a step, in ms since the Unix epoch. */
  at(step: number): number {
    return this.startMs + step * this.stepMs;
  }

  get isInstant(): boolean {
    return this.count === 1;
  }
}
