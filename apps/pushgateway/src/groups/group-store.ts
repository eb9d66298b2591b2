import { type Labels } from '@narthex/model';
import { type Clock } from '@narthex/process';
import { PushError } from '../errors.js';
import { inconsistency } from './consistency.js';
import { type PushedFamily, type PushedType } from './family.js';
import { labelsWithEmpty } from './grouping-key.js';

export const PUSH_TIME = 'push_time_seconds';
export const PUSH_FAILURE_TIME = 'push_failure_time_seconds';

/** What was pushed under one grouping key. Times in ms; 0 means never. */
export interface MetricGroup {
  readonly key: Labels;
  readonly families: ReadonlyMap<string, PushedFamily>;
  readonly pushedAtMs: number;
  readonly failedAtMs: number;
  /** When each family was pushed last. */
  readonly familyTimesMs: ReadonlyMap<string, number>;
}

export interface GroupStoreOptions {
  readonly clock: Clock;
  /** False takes pushes unchecked, as `--push.disable-consistency-check`. */
  readonly checkConsistency: boolean;
  /** The metrics that the program exposes of itself. */
  readonly ownTypes: () => ReadonlyMap<string, PushedType>;
  readonly groups?: readonly MetricGroup[];
}

/** The groups, in memory. Every change is whole: a push that is not taken leaves its group as it was. */
export class GroupStore {
  readonly #options: GroupStoreOptions;
  readonly #groups: Map<string, MetricGroup>;
  #revision = 0;

  constructor(options: GroupStoreOptions) {
    this.#options = options;
    this.#groups = new Map((options.groups ?? []).map((group) => [group.key.key, group]));
  }

  /** Changes with every change of the groups. */
  get revision(): number {
    return this.#revision;
  }

  /** Every group, in the order of their keys. */
  groups(): readonly MetricGroup[] {
    return [...this.#groups.values()].sort((a, b) => a.key.compare(b.key));
  }

  /**
   * Takes a push. With `replace` the group holds nothing else afterwards, otherwise families of other names stay.
   * @throws PushError when it cannot be exposed together with the rest; the failure is noted in the group.
   */
  push(key: Labels, families: readonly PushedFamily[], replace: boolean): void {
    const nowMs = this.#options.clock.nowMs();
    const pushed = families
      .filter(({ name }) => name !== PUSH_TIME && name !== PUSH_FAILURE_TIME)
      .map((family) => inGroup(family, key));
    const before = this.#groups.get(key.key);
    const kept = replace
      ? []
      : [...(before?.families ?? [])].filter(([name]) => !pushed.some((family) => family.name === name));
    if (this.#options.checkConsistency && pushed.length > 0) {
      const fault = inconsistency(pushed, this.#others(key, kept), this.#options.ownTypes());
      if (fault !== undefined) {
        this.fail(key);
        throw new PushError(
          'INCONSISTENT',
          `pushed metrics are invalid or inconsistent with existing metrics: ${fault}`,
        );
      }
    }
    this.#revision++;
    this.#groups.set(key.key, {
      key,
      families: new Map([...kept, ...pushed.map((family) => [family.name, family] as const)]),
      familyTimesMs: new Map([
        ...kept.map(([name]) => [name, before?.familyTimesMs.get(name) ?? nowMs] as const),
        ...pushed.map(({ name }) => [name, nowMs] as const),
      ]),
      // A replacement by nothing empties the group; it was no push.
      pushedAtMs: replace && pushed.length === 0 ? (before?.pushedAtMs ?? nowMs) : nowMs,
      failedAtMs: before?.failedAtMs ?? 0,
    });
  }

  /** Notes that a push to this group was not taken. */
  fail(key: Labels): void {
    const nowMs = this.#options.clock.nowMs();
    const before = this.#groups.get(key.key) ?? {
      key,
      families: new Map(),
      familyTimesMs: new Map(),
      pushedAtMs: 0,
    };
    this.#revision++;
    this.#groups.set(key.key, { ...before, failedAtMs: nowMs });
  }

  delete(key: Labels): void {
    if (this.#groups.delete(key.key)) this.#revision++;
  }

  deleteAll(): void {
    this.#revision++;
    this.#groups.clear();
  }

  *#others(key: Labels, kept: readonly (readonly [string, PushedFamily])[]): Iterable<PushedFamily> {
    for (const [, family] of kept) yield family;
    for (const group of this.#groups.values()) if (!group.key.equals(key)) yield* group.families.values();
  }
}

/** Puts the grouping labels over those of each metric, and an empty `instance` where there is none. */
function inGroup(family: PushedFamily, key: Labels): PushedFamily {
  return {
    ...family,
    metrics: family.metrics.map((metric) => {
      const labels = new Map([['instance', ''], ...metric.labels, ...key]);
      return { ...metric, labels: labelsWithEmpty(labels) };
    }),
  };
}
