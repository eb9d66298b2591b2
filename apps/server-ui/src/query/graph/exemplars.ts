import { type ExemplarSeries, type LabelSet } from '../../api/types-query';
import { parseSampleValue } from '../../format/number';

/** One exemplar as drawn; time in seconds. */
export interface Exemplar {
  readonly seconds: number;
  readonly value: number;
  /** Its own labels, a trace's identity usually. */
  readonly labels: LabelSet;
  readonly seriesLabels: LabelSet;
}

/** More would only blacken the chart; the later ones are kept. */
const limit = 1000;

/** All exemplars of an answer in order of time, without those that have no place on the chart. */
export function flattenExemplars(answer: readonly ExemplarSeries[]): readonly Exemplar[] {
  return answer
    .flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map(({ labels, value, timestamp }) => ({
        seconds: timestamp,
        value: parseSampleValue(value),
        labels,
        seriesLabels,
      })),
    )
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.seconds - b.seconds)
    .slice(-limit);
}

/** A place in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The place in the list of the point nearest to the cursor, if one is within reach. */
export function nearestPoint(points: readonly Point[], cursor: Point, reach: number): number | undefined {
  let nearest: number | undefined;
  let shortest = reach;
  points.forEach(({ x, y }, index) => {
    const distance = Math.hypot(x - cursor.x, y - cursor.y);
    if (distance > shortest) return;
    shortest = distance;
    nearest = index;
  });
  return nearest;
}
