import { type Labels, METRIC_NAME } from '@narthex/model';
import { executionError, type PromqlError } from '../errors.js';
import { hasTypeOrUnit } from './metadata-labels.js';
import { ABSENT, type StepSeries } from './step-series.js';

export function duplicateLabelset(): PromqlError {
  return executionError('vector cannot contain metrics with the same labelset');
}

/**
 * Puts series with the same labels into one: allowed `apart`, when they never have samples at the same step, or
 * `never`.
 * @throws PromqlError where it is not allowed.
 */
export function mergeDuplicates(series: StepSeries[], allowed: 'apart' | 'never'): StepSeries[] {
  if (series.length < 2) return series;
  const byLabels = new Map<string, StepSeries>();
  for (const one of series) {
    const { key } = one.labels;
    const present = byLabels.get(key);
    if (present === undefined) byLabels.set(key, one);
    else if (allowed === 'never') throw duplicateLabelset();
    else mergeInto(present, one);
  }
  return byLabels.size === series.length ? series : [...byLabels.values()];
}

function mergeInto(target: StepSeries, from: StepSeries): void {
  for (let step = 0; step < from.kinds.length; step++) {
    if (from.kinds[step] === ABSENT) continue;
    if (target.kinds[step] !== ABSENT) throw duplicateLabelset();
    target.copyFrom(from, step);
  }
}

/** Takes the names off series that come one by one, where those that differed in nothing else must not meet. */
export class NameRemover {
  readonly #delayed: boolean;
  readonly #labels: Labels[] = [];
  #mayCollide = false;
  #first: string | undefined;

  /** @param delayed names are only marked for removal */
  constructor(delayed: boolean) {
    this.#delayed = delayed;
  }

  /** Whether some that came may have become the same. */
  get mayCollide(): boolean {
    return this.#mayCollide;
  }

  remove(series: StepSeries): void {
    if (!this.#delayed) {
      const name = series.labels.get(METRIC_NAME);
      this.#mayCollide ||= name !== (this.#first ??= name) || hasTypeOrUnit(series.labels);
    }
    series.removeName(this.#delayed);
    if (!this.#delayed) this.#labels.push(series.labels);
  }

  /** @throws PromqlError where two series have become the same. */
  finish(): void {
    if (!this.#mayCollide) return;
    const seen = new Set<string>();
    for (const { key } of this.#labels) {
      if (seen.has(key)) throw duplicateLabelset();
      seen.add(key);
    }
  }
}

/**
 * Takes the names off, or marks them for removal where that is `delayed`. Series that differed in nothing else are
 * put into one where that is allowed; those of one metric cannot collide.
 * @throws PromqlError where it is not allowed.
 */
export function removeNames(
  vector: StepSeries[],
  delayed: boolean,
  allowed: 'apart' | 'never',
): StepSeries[] {
  const names = new NameRemover(delayed);
  for (const series of vector) names.remove(series);
  return names.mayCollide ? mergeDuplicates(vector, allowed) : vector;
}
