import { describe, expect, test } from '@jest/globals';
import { STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, Labels, type NativeHistogram } from '@narthex/model';
import { APPEND_OUTCOME } from '@narthex/storage';
import fc from 'fast-check';
import { encodeWriteRequestV1 } from '../encode/encode-v1.js';
import { encodeWriteRequestV2 } from '../encode/encode-v2.js';
import { MessageWriter } from '@narthex/bytes';
import { encodeHistogram } from '../encode/histogram-encoder.js';
import { type WrittenSeries } from '../encode/written-series.js';
import { NOW_MS, ReceiverRig } from '../testing/receiver-rig.js';

function series(name: string, ...samples: [timestampMs: number, value: number][]): WrittenSeries {
  return {
    labels: [
      ['__name__', name],
      ['job', 'x'],
    ],
    samples: {
      timestampsMs: samples.map(([timestampMs]) => timestampMs),
      values: Float64Array.from(samples.map(([, value]) => value)),
    },
  };
}

/** A histogram of one observation. */
const ONE: NativeHistogram = {
  counterResetHint: COUNTER_RESET_HINT.unknown,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 1,
  sum: 1,
  positiveSpans: [{ offset: 0, length: 1 }],
  negativeSpans: [],
  positiveBuckets: [1],
  negativeBuckets: [],
  customValues: [],
};

const shown = (name: string): string => `{__name__="${name}", job="x"}`;

const versions = [
  { version: 1, encode: (list: WrittenSeries[]): Uint8Array => encodeWriteRequestV1(list) },
  { version: 2, encode: (list: WrittenSeries[]): Uint8Array => encodeWriteRequestV2(list) },
] as const;

describe.each(versions)('remote write $version', ({ version, encode }) => {
  test('one request is one transaction', async () => {
    const rig = await ReceiverRig.create();
    const body = encode([series('a', [1, 1.5], [2, -0]), series('b', [3, Infinity])]);
    expect((await rig.send(body, version)).status).toBe(204);
    expect(rig.storage.floats()).toEqual([
      [shown('a'), 1, 1.5],
      [shown('a'), 2, -0],
      [shown('b'), 3, Infinity],
    ]);
    expect(rig.storage.transactions).toBe(1);
  });

  test('a stale marker keeps its bits', async () => {
    const rig = await ReceiverRig.create();
    const samples = { timestampsMs: [1, 2], values: Float64Array.of(STALE_NAN, NaN) };
    await rig.send(encode([{ ...series('a'), samples }]), version);
    expect(rig.storage.committed.map(({ isStale }) => isStale)).toEqual([true, false]);
  });

  test('series are looked up once, and again when the storage has let go of them', async () => {
    const rig = await ReceiverRig.create();
    const body = encode([series('a', [1, 1]), series('b', [1, 1])]);
    await rig.send(body, version);
    await rig.send(body, version);
    expect(rig.storage.seriesLookups).toBe(2);
    rig.storage.forgetSeries();
    expect((await rig.send(body, version)).status).toBe(204);
    expect(rig.storage.seriesLookups).toBe(4);
    expect(rig.storage.floats().slice(-2)).toEqual([
      [shown('a'), 1, 1],
      [shown('b'), 1, 1],
    ]);
  });

  test('a series that does not occur for two generations is forgotten', async () => {
    const rig = await ReceiverRig.create();
    const [a, b] = [encode([series('a', [1, 1])]), encode([series('b', [1, 1])])];
    await rig.send(a, version);
    await rig.send(b, version);
    for (let hour = 0; hour < 3; hour++) {
      await rig.clock.advance(3_600_000);
      await rig.send(b, version);
    }
    expect(rig.storage.seriesLookups).toBe(2);
    await rig.send(a, version);
    expect(rig.storage.seriesLookups).toBe(3);
  });

  test('a series of many samples is taken whole', async () => {
    const rig = await ReceiverRig.create();
    const samples = Array.from({ length: 20_000 }, (_, i): [number, number] => [i, i * 1.25]);
    await rig.send(
      encode([series('before', [1, 1]), series('long', ...samples), series('behind', [1, 1])]),
      version,
    );
    const floats = rig.storage.floats();
    expect(floats).toHaveLength(20_002);
    expect(floats.filter(([name]) => name === shown('long')).map(([, t, v]) => [t, v])).toEqual(samples);
    expect(floats.at(-1)).toEqual([shown('behind'), 1, 1]);
  });

  test('samples too far ahead are refused', async () => {
    const rig = await ReceiverRig.create();
    const good = await rig.send(encode([series('a', [NOW_MS + 600_000, 1])]), version);
    expect(good.status).toBe(204);
    const bad = await rig.send(encode([series('a', [NOW_MS + 600_001, 1])]), version);
    expect(bad.status).toBe(400);
    expect(bad.text).toMatch(/^out of bounds: timestamp is too far in the future/);
  });

  test('a log that cannot be written refuses the request', async () => {
    const rig = await ReceiverRig.create();
    rig.storage.failCommit = true;
    const answer = await rig.send(encode([series('a', [1, 1])]), version);
    expect([answer.status, answer.text]).toEqual([500, 'no space left on device']);
    expect(await rig.metric('prometheus_api_remote_write_without_metadata_appended_samples_total')).toBe(1);
  });

  test('requests at the same time do not mix', async () => {
    const rig = await ReceiverRig.create();
    const bodies = Array.from({ length: 20 }, (_, i) =>
      encode(Array.from({ length: 50 }, (_s, n) => series(`m${i}`, [n, i]))),
    );
    await Promise.all(bodies.map((body) => rig.send(body, version)));
    expect(rig.storage.floats()).toHaveLength(1000);
    expect(rig.storage.floats().every(([name, , value]) => name === shown(`m${value}`))).toBe(true);
  });

  test('a message cut at any byte is refused and leaves nothing behind', async () => {
    const rig = await ReceiverRig.create();
    const body = encode([
      { ...series('a', [1, 1]), exemplars: [{ labels: [['t', 'x']], value: 1, timestampMs: 5 }] },
    ]);
    const ends = new Set<number>([0]);
    // Between two fields of the request itself a cut leaves a shorter, good request.
    for (let at = 0; at < body.length; ends.add(at)) {
      const length = body[at + 1]!;
      at += length < 128 ? 2 + length : 3 + (length & 127) + 128 * body[at + 2]!;
    }
    for (let end = 1; end < body.length; end++) {
      if (ends.has(end)) continue;
      const answer = await rig.send(body.subarray(0, end), version);
      expect([end, answer.status]).toEqual([end, 400]);
    }
    expect(rig.storage.transactions).toBe(0);
  });

  test('bytes changed at random never do more than be refused', async () => {
    const rig = await ReceiverRig.create();
    const body = encode([
      { ...series('a', [1, 1], [2, 2]), exemplars: [{ labels: [['t', 'x']], value: 1, timestampMs: 5 }] },
      series('b', [3, 3]),
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const changed = body.slice();
          for (const [at, byte] of changes) changed[at] = byte;
          expect([204, 400, 500]).toContain((await rig.send(changed, version)).status);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('remote write 1.0', () => {
  test.each([
    [APPEND_OUTCOME.outOfOrder, 400, 'out of order sample'],
    [APPEND_OUTCOME.outOfBounds, 400, 'out of bounds'],
    [APPEND_OUTCOME.tooOld, 400, 'too old sample'],
    [APPEND_OUTCOME.duplicate, 400, 'duplicate sample for timestamp'],
  ])('outcome %d of one sample refuses the request with %d %s', async (outcome, status, text) => {
    const rig = await ReceiverRig.create();
    rig.storage.judge = (name) => (name === shown('b') ? outcome : APPEND_OUTCOME.accepted);
    const answer = await rig.send(
      encodeWriteRequestV1([series('a', [1, 1]), series('b', [1, 1]), series('c', [1, 1])]),
    );
    expect(answer).toEqual({ status, text, written: undefined });
    expect([rig.storage.transactions, rig.storage.rollbacks]).toEqual([0, 1]);
  });

  test.each([
    [1, 1000, 1, 2, ' 1000; overrides not allowed: existing 1, new value 2'],
    [1, -5, 1e6, -0.25, ' -5; overrides not allowed: existing 1e+06, new value -0.25'],
    [1, 7, 'histogram' as const, NaN, ' 7; overrides not allowed: existing is a histogram, new value NaN'],
    [1, 0, 1, 2, ''],
    [1, 9, undefined, 2, ''],
    [
      2,
      1000,
      1,
      2,
      ' 1000; overrides not allowed: existing 1, new value 2 for series {__name__="b", job="x"}',
    ],
  ] as const)(
    '%d.0: a duplicate at %d of %s and %d is told so',
    async (version, timestampMs, newest, value, text) => {
      const rig = await ReceiverRig.create();
      rig.storage.newest = newest;
      rig.storage.judge = (name) =>
        name === shown('b') ? APPEND_OUTCOME.duplicate : APPEND_OUTCOME.accepted;
      const encode = version === 1 ? encodeWriteRequestV1 : encodeWriteRequestV2;
      const answer = await rig.send(
        encode([series('a', [1, 1]), series('b', [timestampMs, value])]),
        version,
      );
      expect(answer).toMatchObject({ status: 400, text: `duplicate sample for timestamp${text}` });
    },
  );

  test('labels that the storage refuses cost their series alone', async () => {
    for (const version of [1, 2] as const) {
      const rig = await ReceiverRig.create();
      rig.storage.longestValue = 5;
      const encode = version === 1 ? encodeWriteRequestV1 : encodeWriteRequestV2;
      const { status, text } = await rig.send(
        encode([series('a', [1, 1]), series('longer', [1, 1]), series('b', [1, 1])]),
        version,
      );
      const refused = 'invalid metric name or labels, label v is too long';
      expect([status, text]).toEqual(version === 1 ? [204, ''] : [400, refused]);
      expect(rig.storage.floats().map(([name]) => name)).toEqual([shown('a'), shown('b')]);
      expect(await rig.metric('prometheus_api_remote_write_invalid_labels_samples_total')).toBe(1);
      const logged = rig.logger.lines.map(({ message, fields }) => [message, fields]);
      const line = ['Invalid metric names or labels', { err: 'label v is too long' }];
      expect(logged).toEqual(version === 1 ? [line] : []);
    }
  });

  test('a broken message outdoes a refused sample before it', async () => {
    const rig = await ReceiverRig.create();
    rig.storage.judge = () => APPEND_OUTCOME.outOfOrder;
    const body = Uint8Array.of(...encodeWriteRequestV1([series('a', [1, 1])]), 0x0a, 9, 0x0a);
    expect(await rig.send(body)).toEqual({ status: 400, text: 'unexpected EOF', written: undefined });
  });

  test('series with labels that cannot be are left out, counted and logged', async () => {
    const rig = await ReceiverRig.create();
    const samples = { timestampsMs: [1], values: Float64Array.of(1) };
    const answer = await rig.send(
      encodeWriteRequestV1([
        { labels: [['a', '1']], samples },
        {
          labels: [
            ['__name__', 'm'],
            ['a', '1'],
            ['a', '2'],
          ],
          samples,
        },
        series('good', [1, 1]),
        {
          labels: [
            ['__name__', 'm'],
            ['z', ''],
            ['b', 'x'],
          ],
          samples,
        },
      ]),
    );
    expect(answer.status).toBe(204);
    expect(rig.storage.floats().map(([name]) => name)).toEqual([shown('good'), '{__name__="m", b="x"}']);
    expect(await rig.metric('prometheus_api_remote_write_invalid_labels_samples_total')).toBe(2);
    expect(rig.logger.lines.map(({ message, fields }) => [message, fields])).toEqual([
      ['Invalid metric names or labels', { got: '{a="1"}' }],
      ['Invalid labels for series.', { labels: '{__name__="m", a="1", a="2"}', duplicated_label: 'a' }],
    ]);
  });

  test('labels may lie anywhere in a series', async () => {
    const rig = await ReceiverRig.create();
    const writer = new MessageWriter();
    const label = (name: string, value: string): void => {
      const start = writer.begin(1);
      writer.text(1, name);
      writer.text(2, value);
      writer.end(start);
    };
    const sample = (timestampMs: number): void => {
      const start = writer.begin(2);
      writer.integer(2, timestampMs);
      writer.end(start);
    };
    for (const count of [1, 20_000]) {
      const start = writer.begin(1);
      label('b', String(count));
      for (let i = 0; i < count; i++) sample(i);
      label('__name__', 'm');
      sample(count);
      label('a', '1');
      writer.end(start);
    }
    expect((await rig.send(writer.copy())).status).toBe(204);
    const floats = rig.storage.floats();
    expect(floats).toHaveLength(20_003);
    expect(new Set(floats.map(([name]) => name))).toEqual(
      new Set(['{__name__="m", a="1", b="1"}', '{__name__="m", a="1", b="20000"}']),
    );
    expect(rig.storage.seriesLookups).toBe(2);
  });

  test('exemplars are handed on; what is wrong with them is no fault of the request', async () => {
    const rig = await ReceiverRig.create();
    rig.storage.judge = (_name, timestampMs) =>
      timestampMs === 3 ? APPEND_OUTCOME.outOfOrder : APPEND_OUTCOME.accepted;
    const exemplars = [
      { labels: [['t', '1']] as const, value: 1, timestampMs: 5 },
      { labels: [['t', '2']] as const, value: 1, timestampMs: 3 },
      { labels: [['t', 'x'.repeat(128)]] as const, value: 1, timestampMs: 6 },
      { labels: [['t', '1']] as const, value: 1, timestampMs: NOW_MS + 700_000 },
      {
        labels: [
          ['z', '1'],
          ['b', 'é'],
        ] as const,
        value: 2,
        timestampMs: 0,
      },
    ];
    const answer = await rig.send(encodeWriteRequestV1([{ ...series('a', [1, 1]), exemplars }]));
    expect(answer.status).toBe(204);
    expect(rig.storage.committed.filter(({ kind }) => kind === 'exemplar').map(({ value }) => value)).toEqual(
      [
        { labels: Labels.of({ t: '1' }), value: 1, timestampMs: 5, hasTimestamp: true },
        { labels: Labels.of({ b: 'é', z: '1' }), value: 2, timestampMs: 0, hasTimestamp: false },
      ],
    );
    expect(rig.logger.lines.map(({ message }) => message)).toContain(
      'Error on ingesting out-of-order exemplars',
    );
  });
});

describe('remote write 2.0', () => {
  test('what is good is taken, the rest is told', async () => {
    const rig = await ReceiverRig.create();
    rig.storage.judge = (name, timestampMs) =>
      name === shown('b') && timestampMs === 1 ? APPEND_OUTCOME.outOfOrder : APPEND_OUTCOME.accepted;
    const answer = await rig.send(
      encodeWriteRequestV2([
        series('a', [1, 1]),
        series('b', [1, 1], [2, 2]),
        { labels: [['x', '1']], samples: { timestampsMs: [1, 2], values: Float64Array.of(1, 2) } },
        series('c', [1, 1]),
      ]),
      2,
    );
    expect(answer).toEqual({
      status: 400,
      text: `out of order sample for series ${shown('b')}\ninvalid metric name or labels, got {x="1"}`,
      written: { samples: 3, histograms: 0, exemplars: 0 },
    });
    expect(rig.storage.floats()).toHaveLength(3);
    expect(await rig.metric('prometheus_api_remote_write_invalid_labels_samples_total')).toBe(2);
  });

  test.each([
    [
      'an exemplar refers to nothing',
      [1, 2],
      [99, 1],
      'parsing exemplar for series {__name__="a"}: labelRefs 0 (name) = 99 outside of symbols table (size 3)',
    ],
    [
      'the series itself does',
      [99, 2],
      [98, 2],
      'parsing labels for series [99 2]: labelRefs 0 (name) = 99 outside of symbols table (size 3)',
    ],
    ['the references of both are odd', [1], [1], 'parsing labels for series [1]: invalid labelRefs length 1'],
  ])('%s: told once, and not stored', async (_what, ofSeries, ofExemplar, text) => {
    const writer = new MessageWriter();
    for (const symbol of ['', '__name__', 'a']) writer.text(4, symbol);
    const one = writer.begin(5);
    writer.integers(1, ofSeries);
    const sample = writer.begin(2);
    writer.double(1, 1);
    writer.integer(2, 1);
    writer.end(sample);
    const exemplar = writer.begin(4);
    writer.integers(1, ofExemplar);
    writer.double(2, 1);
    writer.integer(3, 1);
    writer.end(exemplar);
    writer.end(one);
    const rig = await ReceiverRig.create();
    const answer = await rig.send(writer.copy(), 2);
    expect(answer).toMatchObject({ status: 400, text });
    expect(answer.written).toMatchObject({ exemplars: 0 });
    expect(rig.storage.committed.filter(({ kind }) => kind === 'exemplar')).toEqual([]);
  });

  test('metadata are handed on when they change', async () => {
    const rig = await ReceiverRig.create();
    const withHelp = (help: string): Uint8Array =>
      encodeWriteRequestV2([{ ...series('a', [1, 1]), metadata: { type: 'counter', help, unit: 'bytes' } }]);
    for (const help of ['one', 'one', 'two', 'two', 'one']) await rig.send(withHelp(help), 2);
    expect(rig.storage.committed.filter(({ kind }) => kind === 'metadata').map(({ value }) => value)).toEqual(
      ['one', 'two', 'one'].map((help) => ({ type: 'counter', help, unit: 'bytes' })),
    );
  });

  test('what may go well another time refuses all', async () => {
    const rig = await ReceiverRig.create();
    rig.storage.judge = (name) =>
      name === shown('b') ? APPEND_OUTCOME.unsupported : APPEND_OUTCOME.accepted;
    const answer = await rig.send(encodeWriteRequestV2([series('a', [1, 1]), series('b', [1, 1])]), 2);
    expect(answer).toEqual({
      status: 500,
      text: 'not found',
      written: { samples: 0, histograms: 0, exemplars: 0 },
    });
    expect(rig.storage.transactions).toBe(0);
  });

  test('a server can be told not to take it', async () => {
    const rig = await ReceiverRig.create(['prometheus.WriteRequest']);
    expect(await rig.send(encodeWriteRequestV2([]), 2)).toEqual({
      status: 415,
      text: 'io.prometheus.write.v2.Request protobuf message is not accepted by this server; accepted [prometheus.WriteRequest]',
      written: undefined,
    });
  });
});

test('remote write 2.0 says when samples began to count', async () => {
  const rig = await ReceiverRig.create();
  const writer = new MessageWriter();
  for (const symbol of ['', '__name__', 'a']) writer.text(4, symbol);
  const start = writer.begin(5);
  writer.integers(1, [1, 2]);
  for (const [timestampMs, startMs] of [
    [1000, 400],
    [2000, 0],
    [3000, 2999],
  ] as const) {
    const sample = writer.begin(2);
    writer.double(1, 5);
    writer.integer(2, timestampMs);
    if (startMs !== 0) writer.integer(3, startMs);
    writer.end(sample);
  }
  encodeHistogram(writer, 3, { timestampMs: 4000, startTimestampMs: 3500, histogram: ONE, integer: true });
  writer.end(start);
  expect((await rig.send(writer.copy(), 2)).status).toBe(204);
  expect(rig.storage.committed.map(({ timestampMs, startMs }) => [timestampMs, startMs])).toEqual([
    [1000, 400],
    [2000, 0],
    [3000, 2999],
    [4000, 3500],
  ]);
});
