import { describe, expect, test } from '@jest/globals';
import { ENTRY, ProtobufParser } from '@narthex/exposition';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { federationWriter, type LastSample } from './federation-format.js';
import { type FederationTask } from './protocol.js';
import { TextWriter } from './text-writer.js';

const task: FederationTask = {
  form: 'federation',
  format: 'protobuf',
  escaping: 'values',
  startMs: 0,
  endMs: 1,
  selectors: [],
  externalLabels: [['zone', 'z']],
};

const histogram: NativeHistogram = {
  counterResetHint: COUNTER_RESET_HINT.unknown,
  schema: 1,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 6.5,
  sum: 12,
  positiveSpans: [{ offset: 2, length: 2 }],
  negativeSpans: [],
  positiveBuckets: [1.5, 4],
  negativeBuckets: [],
  customValues: [],
};

const sample = (name: string, more: Partial<LastSample> = {}): LastSample => ({
  name,
  labels: Labels.of({ __name__: name, job: 'a' }),
  timestampMs: 1500,
  value: 2,
  histogram: undefined,
  ...more,
});

/** What a scraper reads: type, labels, value or histogram, and time. */
async function scraped(samples: readonly LastSample[]): Promise<unknown[]> {
  const chunks: Buffer[] = [];
  const writer = new TextWriter((bytes) => Promise.resolve(void chunks.push(Buffer.from(bytes))));
  federationWriter(task, writer)(samples);
  await writer.flush();
  const bytes = Buffer.concat(chunks);
  const parser = new ProtobufParser({ nativeHistograms: true });
  parser.reset(bytes, bytes.length);
  const found: unknown[] = [];
  for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
    if (entry === ENTRY.type) found.push(parser.metricType);
    if (entry === ENTRY.series) found.push([parser.labels().toString(), parser.value, parser.timestampMs]);
    if (entry === ENTRY.histogram) {
      const { histogram: read, integer } = parser.histogram();
      found.push([parser.labels().toString(), { ...read }, integer, parser.timestampMs]);
    }
  }
  return found;
}

describe('federation in protobuf', () => {
  test('floats are untyped, names escaped', async () => {
    expect(await scraped([sample('a.b'), sample('a.b', { value: 3 })])).toEqual([
      'unknown',
      ['{__name__="U__a_2e_b", job="a", zone="z"}', 2, 1500],
      ['{__name__="U__a_2e_b", job="a", zone="z"}', 3, 1500],
    ]);
  });

  test.each([
    ['histogram', COUNTER_RESET_HINT.unknown],
    ['gaugehistogram', COUNTER_RESET_HINT.gauge],
  ])('native histograms: %s', async (type, counterResetHint) => {
    const given = { ...histogram, counterResetHint };
    expect(await scraped([sample('h', { histogram: given })])).toEqual([
      type,
      ['{__name__="h", job="a", zone="z"}', given, false, 1500],
    ]);
  });
});
