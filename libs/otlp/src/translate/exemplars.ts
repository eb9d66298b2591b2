import { Labels } from '@narthex/model';
import { type Exemplar } from '@narthex/storage';
import { type OtlpExemplar, milliseconds } from '../data/metrics-data.js';
import { TranslationError } from '../errors.js';
import { valueText } from './value-text.js';

/** More characters than this may not be in the labels of an exemplar (OpenMetrics 1.0). */
const MOST_CHARACTERS = 128;

/**
 * Exemplars as series carry them: identifiers of trace and span, and the filtered attributes where there is room for them.
 * @throws TranslationError for one without a value.
 */
export function exemplarsOf(exemplars: readonly OtlpExemplar[]): readonly Exemplar[] {
  return exemplars.map(exemplarOf);
}

function exemplarOf({ filteredAttributes, timeNs, value, traceId, spanId }: OtlpExemplar): Exemplar {
  if (value === undefined) throw new TranslationError('unsupported exemplar value type: Empty');
  const ids: [string, string][] = [];
  if (traceId !== '') ids.push(['trace_id', traceId]);
  if (spanId !== '') ids.push(['span_id', spanId]);
  const attributes = filteredAttributes.map(([key, attribute]): [string, string] => [
    key,
    valueText(attribute),
  ]);
  const all = [...ids, ...attributes];
  const fits = all.reduce((sum, [name, text]) => sum + length(name) + length(text), 0) <= MOST_CHARACTERS;
  const timestampMs = milliseconds(timeNs);
  return {
    labels: Labels.of(fits ? all : ids),
    value: Number(value),
    timestampMs,
    hasTimestamp: timestampMs !== 0,
  };
}

/** In characters, not in UTF-16 units. */
function length(text: string): number {
  return Array.from(text).length;
}
