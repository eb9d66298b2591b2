import { ENTRY, TextParser } from '@narthex/exposition';
import {
  compareText,
  formatFloat,
  formatFloatExponent,
  type Labels,
  type MetricMetadata,
  type MetricType,
  parseFloatGo,
} from '@narthex/model';
import { encodeWriteRequestV1, encodeWriteRequestV2, type WrittenSeries } from '@narthex/remote';
import { checkTextFormat } from '../check/check-text-format.js';

/** What goes before the name of a label that the exposition shares with those to be added. */
const EXPORTED = 'exported_';

interface FamilyMetadata extends MetricMetadata {
  readonly metricFamily: string;
}

interface ParsedExposition {
  readonly series: readonly WrittenSeries[];
  readonly metadata: readonly FamilyMetadata[];
}

/**
 * The remote-write request of an exposition in text, not compressed.
 * @throws ExpositionError
 */
export function writeRequest(
  bytes: Uint8Array,
  added: ReadonlyMap<string, string>,
  { nowMs, version }: { readonly nowMs: number; readonly version: 1 | 2 },
): Uint8Array {
  checkTextFormat(bytes);
  const { series, metadata } = readExposition(bytes, added, nowMs);
  return version === 1 ? encodeWriteRequestV1(series, metadata) : encodeWriteRequestV2(series);
}

function readExposition(
  bytes: Uint8Array,
  added: ReadonlyMap<string, string>,
  nowMs: number,
): ParsedExposition {
  const parser = new TextParser();
  parser.reset(bytes, bytes.length);
  const metadata = new Map<string, FamilyMetadata>();
  const about = (metricFamily: string): FamilyMetadata =>
    metadata.get(metricFamily) ?? { metricFamily, type: 'unknown', help: '', unit: '' };
  const series: WrittenSeries[] = [];
  for (;;) {
    const name = (): string => parser.metricName();
    switch (parser.next()) {
      case ENTRY.end:
        return { series, metadata: [...metadata.values()] };
      case ENTRY.help:
        metadata.set(name(), { ...about(name()), help: parser.text() });
        break;
      case ENTRY.type:
        metadata.set(name(), { ...about(name()), type: parser.metricType });
        break;
      case ENTRY.series:
        series.push({
          labels: withAdded(parser.labels(), added, NUMBER_LABELS[parser.metricType]),
          samples: {
            timestampsMs: [parser.hasTimestamp ? parser.timestampMs : nowMs],
            values: Float64Array.of(parser.value),
          },
        });
        break;
      case ENTRY.unit:
      case ENTRY.comment:
      case ENTRY.histogram:
        // Not in this format, or not sent.
        break;
    }
  }
}

/** The label of a type's series that is a number. */
const NUMBER_LABELS: Partial<Record<MetricType, string>> = { histogram: 'le', summary: 'quantile' };

function withAdded(
  labels: Labels,
  added: ReadonlyMap<string, string>,
  numberLabel: string | undefined,
): [string, string][] {
  const all = new Map(added);
  for (const [name, value] of labels) {
    const text = name === numberLabel ? plainNumber(value) : value;
    all.set(added.has(name) ? EXPORTED + name : name, text);
  }
  return [...all].sort(([a], [b]) => compareText(a, b));
}

/** As Go prints a float by default: `1`, where a scrape makes `1.0` of it. */
function plainNumber(text: string): string {
  const value = parseFloatGo(text);
  const magnitude = Math.abs(value);
  const isPlain = magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e21) || !Number.isFinite(value);
  return isPlain ? formatFloat(value) : formatFloatExponent(value);
}
