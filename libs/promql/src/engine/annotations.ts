import { formatFloatG } from '@narthex/model';
import { formatPosition, type PositionRange } from '../syntax/position.js';

/** Something to tell whoever asked, beside the answer. */
export interface Annotation {
  readonly level: 'warning' | 'info';
  /** Without position; one text is told once, with the position it came up at last. */
  readonly text: string;
  readonly position: PositionRange;
  /** Says more about all that were merged, behind the text. */
  readonly details?: MonotonicityDetails;
}

/** How much classic histograms had to be bent to be monotonic. */
export interface MonotonicityDetails {
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
  readonly samples: number;
}

/** The annotations of one query, in the order they came up. */
export class Annotations {
  readonly #byText = new Map<string, Annotation>();

  add(annotation: Annotation): void {
    const present = this.#byText.get(annotation.text);
    const merged =
      present?.details !== undefined && annotation.details !== undefined
        ? { ...annotation, details: mergeDetails(present.details, annotation.details) }
        : annotation;
    this.#byText.set(annotation.text, merged);
  }

  /** The sentences of one level, with positions. */
  texts(level: 'warning' | 'info', query: string): string[] {
    const texts: string[] = [];
    for (const annotation of this.#byText.values()) {
      if (annotation.level !== level) continue;
      const details = annotation.details === undefined ? '' : formatDetails(annotation.details);
      texts.push(`${annotation.text}${details} (${formatPosition(query, annotation.position.start)})`);
    }
    return texts;
  }
}

function mergeDetails(a: MonotonicityDetails, b: MonotonicityDetails): MonotonicityDetails {
  return {
    minTimestampMs: Math.min(a.minTimestampMs, b.minTimestampMs),
    maxTimestampMs: Math.max(a.maxTimestampMs, b.maxTimestampMs),
    minBucket: Math.min(a.minBucket, b.minBucket),
    maxBucket: Math.max(a.maxBucket, b.maxBucket),
    maxDifference: Math.max(a.maxDifference, b.maxDifference),
    samples: a.samples + b.samples,
  };
}

function formatDetails(details: MonotonicityDetails): string {
  const { minBucket, maxBucket, maxDifference, samples } = details;
  const buckets = `from buckets ${formatFloatG(minBucket)} to ${formatFloatG(maxBucket)}`;
  const difference = formatFloatG(Number(maxDifference.toPrecision(2)));
  const time = `from ${formatTime(details.minTimestampMs)} to ${formatTime(details.maxTimestampMs)}`;
  return `, ${buckets}, with a max diff of ${difference}, over ${samples} samples ${time}`;
}

/** RFC 3339 in whole seconds. */
function formatTime(timestampMs: number): string {
  return new Date(Math.floor(timestampMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
