import { containsTime, type TimeInterval } from './time-interval';

/** The time intervals of a configuration, by the names that routes use. */
export class NamedIntervals {
  readonly #byName: ReadonlyMap<string, readonly TimeInterval[]>;

  constructor(byName: ReadonlyMap<string, readonly TimeInterval[]>) {
    this.#byName = byName;
  }

  /** Those of the names whose interval holds at that moment. */
  holding(names: readonly string[], nowMs: number): string[] {
    return names.filter(
      (name) => this.#byName.get(name)?.some((interval) => containsTime(interval, nowMs)) ?? false,
    );
  }
}
