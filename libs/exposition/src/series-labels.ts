import { compareText, Labels, METRIC_NAME, type MetricType, quoteGo } from '@narthex/model';
import { ExpositionError } from './errors.js';
import { formatOpenMetricsFloat } from './number-text.js';
import { isUtf8 } from './quote-bytes.js';

/** An exemplar as a line gives it. */
export interface ParsedExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
  readonly hasTimestamp: boolean;
}

/**
 * Positions of a series' name and labels: start and end of the name, then start and end of each label's name and of
 * its value, quotes left out.
 */
export class LabelPositions {
  readonly #positions: number[] = [];

  clear(): void {
    this.#positions.length = 0;
  }

  /** How many pairs of start and end there are. */
  get length(): number {
    return this.#positions.length >> 1;
  }

  push(start: number, end: number): void {
    this.#positions.push(start, end);
  }

  setName(start: number, end: number): void {
    this.#positions[0] = start;
    this.#positions[1] = end;
  }

  get hasName(): boolean {
    return this.#positions[0] !== -1;
  }

  /** False when the bytes of one pair are no UTF-8. */
  isText(bytes: Uint8Array, pair: number): boolean {
    return isUtf8(bytes, this.#positions[2 * pair]!, this.#positions[2 * pair + 1]!);
  }

  /** The text of one pair, escapes resolved. */
  text(bytes: Uint8Array, pair: number): string {
    return unescaped(bytes, this.#positions[2 * pair]!, this.#positions[2 * pair + 1]!);
  }
}

/** Makes labels of positions; `from` is the first pair that is a label's name. */
export function labelsAt(
  bytes: Uint8Array,
  positions: LabelPositions,
  metricName: string | undefined,
  from: number,
  type: MetricType,
): Labels {
  if (metricName !== undefined && !positions.isText(bytes, 0)) throw invalidNames(metricName);
  const entries: [string, string][] = metricName === undefined ? [] : [[METRIC_NAME, metricName]];
  for (let pair = from; pair < positions.length; pair += 2) {
    const name = positions.text(bytes, pair);
    if (name === '' || !positions.isText(bytes, pair)) throw invalidNames(name);
    entries.push([name, normalised(type, name, positions.text(bytes, pair + 1))]);
  }
  return sortedLabels(entries);
}

/**
 * Labels from entries in any order. An empty value stays: it tells a server that honours labels to put none of its own
 * there.
 * @throws ExpositionError when a name occurs twice.
 */
export function sortedLabels(entries: [name: string, value: string][]): Labels {
  entries.sort(([a], [b]) => compareText(a, b));
  const pairs: string[] = [];
  for (let i = 0; i < entries.length; i++) {
    const [name, value] = entries[i]!;
    if (entries[i + 1]?.[0] === name)
      throw new ExpositionError(`label name "${name}" is not unique: invalid sample`);
    pairs.push(name, value);
  }
  return Labels.fromSortedPairs(pairs);
}

function invalidNames(name: string): ExpositionError {
  return new ExpositionError(`invalid metric name or label names: {${quoteGo(name)}}`);
}

/** Bucket bounds and quantiles are numbers: `1` and `1.0` are to be the same series. */
function normalised(type: MetricType, name: string, value: string): string {
  const isNumber = (type === 'summary' && name === 'quantile') || (type === 'histogram' && name === 'le');
  return isNumber ? formatOpenMetricsFloat(value) : value;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of some bytes, in which `\\`, `\"` and `\n` stand for a backslash, a quote and a newline. */
export function unescaped(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeText(bytes, start, end);
  return text.includes('\\')
    ? text.replace(/\\([\\"n])/g, (_, escape) => (escape === 'n' ? '\n' : String(escape)))
    : text;
}

/** The same for help texts of the text format, where a quote needs no backslash and one before it stays. */
export function unescapedHelp(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeText(bytes, start, end);
  return text.includes('\\')
    ? text.replace(/\\([\\n])/g, (_, escape) => (escape === 'n' ? '\n' : '\\'))
    : text;
}

const LONGEST_BY_HAND = 24;

/** The text of some bytes, read as UTF-8. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > LONGEST_BY_HAND) return decoder.decode(bytes.subarray(start, end));
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
