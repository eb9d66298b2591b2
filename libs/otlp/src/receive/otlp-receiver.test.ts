import { describe, expect, test } from '@jest/globals';
import { APPEND_OUTCOME } from '@narthex/storage';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { attributes, type Json, jsonOf, protobufOf } from '../testing/otlp-messages.js';
import { at, OtlpRig, request } from '../testing/otlp-rig.js';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const gauge = (name: string, points: Json = [{ timeUnixNano: at(0), asDouble: 1 }]): Json => ({
  name,
  gauge: { dataPoints: points },
});
const sum = (name: string, aggregationTemporality: number): Json => ({
  name,
  sum: { aggregationTemporality, isMonotonic: true, dataPoints: [{ timeUnixNano: at(0), asInt: 1 }] },
});

/** Something of everything. */
const EVERYTHING = request(
  [
    gauge('g', [
      { timeUnixNano: at(0), asInt: '9007199254740993', attributes: attributes({ 'a.b': 'ü"\\' }) },
    ]),
    sum('c', 2),
    {
      name: 'h',
      description: 'about',
      unit: 's',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            startTimeUnixNano: at(-60),
            timeUnixNano: at(0),
            count: '3',
            sum: 4.5,
            explicitBounds: [1, 2],
            bucketCounts: ['1', '1', '1'],
            exemplars: [
              { timeUnixNano: at(0), asInt: 1, traceId: 'AQIDBAUGBwgJCgsMDQ4PEA==', spanId: 'AQIDBAUGBwg=' },
            ],
          },
        ],
      },
    },
    {
      name: 'e',
      exponentialHistogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            timeUnixNano: at(0),
            count: 3,
            sum: 1,
            scale: -1,
            zeroCount: 1,
            zeroThreshold: 0.1,
            positive: { offset: -3, bucketCounts: ['1'] },
            negative: { offset: 3, bucketCounts: ['1'] },
          },
        ],
      },
    },
    {
      name: 's',
      summary: {
        dataPoints: [
          { timeUnixNano: at(0), count: 1, sum: 2, quantileValues: [{ quantile: 0.5, value: 2 }], flags: 1 },
        ],
      },
    },
  ],
  [
    { key: 'service.name', value: { stringValue: 'x' } },
    { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { intValue: '-3' } }] } } },
    { key: 'bytes', value: { bytesValue: 'AP8=' } },
  ],
  { name: 'lib', version: '1', attributes: attributes({ x: 'y' }) },
);

const taken = (rig: OtlpRig): unknown => {
  const { floats, histograms, exemplars, metadata } = rig.storage;
  return { floats, histograms, exemplars, metadata: [...metadata] };
};

describe('formats', () => {
  test('protobuf and JSON, compressed or not, come to the same', async () => {
    const settings = { promoteScopeMetadata: true, promoteAllResourceAttributes: true };
    const plain = new OtlpRig(settings);
    expect(await plain.send(EVERYTHING)).toEqual({ status: 200, text: '' });
    expect(plain.storage.floats.length).toBe(11);
    const bodies: [Uint8Array, string, string][] = [
      [gzipSync(protobufOf(EVERYTHING)), PROTOBUF, 'gzip'],
      [Buffer.from(jsonOf(EVERYTHING)), JSON_TYPE, ''],
      [gzipSync(jsonOf(EVERYTHING)), JSON_TYPE, 'gzip'],
      [Buffer.from(JSON.stringify(JSON.parse(jsonOf(EVERYTHING)), null, 2)), JSON_TYPE, ''],
    ];
    for (const [body, contentType, contentEncoding] of bodies) {
      const rig = new OtlpRig(settings);
      expect(await rig.sendBody(body, contentType, contentEncoding)).toEqual({ status: 200, text: '' });
      expect(taken(rig)).toEqual(taken(plain));
    }
  });

  test('JSON with names in snake case, numbers as numbers, enumerations by name, fields that nobody knows', async () => {
    const rig = new OtlpRig();
    const body = `{"x": [1, {"y": "]"}], "resource_metrics": [{"scope_metrics": [{"metrics": [
      {"name": "c", "sum": {"aggregation_temporality": "AGGREGATION_TEMPORALITY_CUMULATIVE", "is_monotonic": true,
        "data_points": [{"time_unix_nano": 1700000000000999999, "as_double": "Infinity", "flags": null_}]}}]}]}]}`;
    expect(await rig.sendBody(Buffer.from(body.replace('null_', '0')), JSON_TYPE)).toEqual({
      status: 200,
      text: '',
    });
    expect(rig.storage.floats).toEqual([['{__name__="c_total"}', 1_700_000_000_000, Infinity]]);
  });

  test('scopes where senders of long ago put them', async () => {
    const { resourceMetrics } = request([gauge('old')]) as { resourceMetrics: [{ scopeMetrics: Json }] };
    const rig = new OtlpRig();
    await rig.send({ resourceMetrics: [{ deprecatedScopeMetrics: resourceMetrics[0].scopeMetrics }] });
    expect(rig.storage.floats.map(([series]) => series)).toEqual(['{__name__="old"}']);
  });

  test('an empty request is taken', async () => {
    expect(await new OtlpRig().sendBody(Buffer.alloc(0), PROTOBUF)).toEqual({ status: 200, text: '' });
    expect(await new OtlpRig().sendBody(Buffer.from('{}'), JSON_TYPE)).toEqual({ status: 200, text: '' });
  });
});

describe('bodies that cannot be read', () => {
  const good = Buffer.from(protobufOf(request([gauge('a')])));
  const supported = 'supported: [application/json, application/x-protobuf]';
  const json = (text: string): Buffer => Buffer.from(text);
  const place = (at: number, near: string): string =>
    `error found in #${at} byte of ...|${near}|..., bigger context ...|${near}|...`;

  test.each<[string, Uint8Array, string, string, string]>([
    ['no type', good, '', '', `unsupported content type: , ${supported}`],
    [
      'a type with parameters',
      good,
      'application/json; charset=utf-8',
      '',
      `unsupported content type: application/json; charset=utf-8, ${supported}`,
    ],
    [
      'snappy',
      good,
      PROTOBUF,
      'snappy',
      'unsupported compression: snappy. Only "gzip" or no compression supported',
    ],
    [
      'GZIP',
      good,
      PROTOBUF,
      'GZIP',
      'unsupported compression: GZIP. Only "gzip" or no compression supported',
    ],
    ['not compressed', good, PROTOBUF, 'gzip', 'gzip: invalid header'],
    ['no compressed body', Buffer.alloc(0), PROTOBUF, 'gzip', 'EOF'],
    ['a compressed body cut short', gzipSync(good).subarray(0, 30), PROTOBUF, 'gzip', 'unexpected EOF'],
    [
      'a body of 32 MiB and more',
      gzipSync(Buffer.alloc(32 * 1024 * 1024 + 1)),
      PROTOBUF,
      'gzip',
      'unexpected EOF',
    ],
    ['a message cut short', good.subarray(0, good.length - 1), PROTOBUF, '', 'unexpected EOF'],
    [
      'a wrong wire type',
      Buffer.from([0x08, 1]),
      PROTOBUF,
      '',
      'proto: wrong wireType = 0 for field ResourceMetrics',
    ],
    ['no JSON', json(''), JSON_TYPE, '', `ReadObject: expect { or , or } or n, but found , ${place(0, '')}`],
    [
      'a list',
      json('[]'),
      JSON_TYPE,
      '',
      `ReadObject: expect { or , or } or n, but found [, ${place(1, '[]')}`,
    ],
    [
      'a number that is none',
      json('{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"asInt":"x"}]}}]}]}]}'),
      JSON_TYPE,
      '',
      'ReadInt64: parsing "x": invalid syntax, error found in #10 byte of ...|asInt":"x"}]}}]}]}]}|..., ' +
        'bigger context ...|:[{"metrics":[{"gauge":{"dataPoints":[{"asInt":"x"}]}}]}]}]}|...',
    ],
  ])('%s', async (_what, body, contentType, contentEncoding, text) => {
    const rig = new OtlpRig();
    expect(await rig.sendBody(body, contentType, contentEncoding)).toEqual({ status: 400, text });
    expect(rig.logger.lines).toEqual([
      { level: 'error', message: 'Error decoding OTLP write request', fields: { err: text } },
    ]);
  });

  test('cut anywhere, a message is refused or taken, and never breaks anything', async () => {
    const whole = protobufOf(EVERYTHING);
    const text = Buffer.from(jsonOf(EVERYTHING));
    for (let length = 0; length < whole.length; length += 7) {
      expect([200, 400, 500]).toContain(
        (await new OtlpRig().sendBody(whole.subarray(0, length), PROTOBUF)).status,
      );
    }
    for (let length = 0; length < text.length - 1; length += 13) {
      expect((await new OtlpRig().sendBody(text.subarray(0, length), JSON_TYPE)).status).toBe(400);
    }
  });

  test('with any bytes changed too', async () => {
    const bodies: [Uint8Array, string][] = [
      [protobufOf(EVERYTHING), PROTOBUF],
      [Buffer.from(jsonOf(EVERYTHING)), JSON_TYPE],
    ];
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies), changes, async ([body, contentType], changed) => {
        const bytes = Uint8Array.from(body);
        for (const [at, value] of changed) bytes[at % bytes.length] = value;
        const rig = new OtlpRig({ convertHistogramsToNhcb: true }, { deltas: 'convert' });
        expect([200, 400, 500]).toContain((await rig.sendBody(bytes, contentType)).status);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test('values too deep in values', async () => {
    const levels = 20_000;
    const value = '{"arrayValue":{"values":['.repeat(levels) + ']}}'.repeat(levels);
    const body = `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${value}}]}}]}`;
    const { status, text } = await new OtlpRig().sendBody(Buffer.from(body), JSON_TYPE);
    expect([status, text.slice(0, 32)]).toEqual([400, 'ReadObject: exceeded max depth, ']);
  });
});

describe('what cannot be taken', () => {
  test.each<[string, Json, number, string]>([
    ['deltas', sum('c', 1), 500, 'invalid temporality and type combination for metric "c"'],
    ['no temporality', sum('c', 0), 500, 'invalid temporality and type combination for metric "c"'],
    ['no points', gauge('g', []), 500, 'empty data points. g is dropped'],
    [
      'no data',
      { name: 'g' },
      500,
      'could not get aggregation temporality for g as it has unsupported metric type Empty',
    ],
    ['no name', gauge('...'), 500, 'normalization for metric "..." resulted in empty name'],
    [
      'no name of a label',
      gauge('g', [{ timeUnixNano: at(0), attributes: attributes({ '..': 'x' }) }]),
      500,
      'normalization for label name ".." resulted in invalid name "__"',
    ],
    [
      'too coarse a scale',
      { name: 'h', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ scale: -5 }] } },
      500,
      'cannot convert exponential to native histogram. Scale must be >= -4, was -5',
    ],
    [
      'buckets that do not add up',
      {
        name: 'h',
        exponentialHistogram: {
          aggregationTemporality: 2,
          dataPoints: [{ timeUnixNano: at(0), count: 5, positive: { bucketCounts: [1] } }],
        },
      },
      500,
      "1 observations found in buckets, but the Count field is 5: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
    ],
    [
      'an exemplar without a value',
      {
        name: 'c',
        sum: {
          aggregationTemporality: 2,
          dataPoints: [{ timeUnixNano: at(0), exemplars: [{ timeUnixNano: at(0) }] }],
        },
      },
      500,
      'unsupported exemplar value type: Empty',
    ],
    [
      'the future',
      gauge('g', [{ timeUnixNano: at(601), asDouble: 1 }]),
      400,
      'out of bounds: timestamp is too far in the future',
    ],
  ])('%s', async (_what, metric, status, text) => {
    const rig = new OtlpRig();
    expect(await rig.send(request([gauge('good'), metric]))).toEqual({ status, text });
    // Nothing of such a request is kept.
    expect([rig.storage.floats, rig.storage.rollbacks]).toEqual([[], 1]);
  });

  test('everything that is wrong is told, and the sender is to blame if it is for anything', async () => {
    const rig = new OtlpRig();
    rig.storage.judge = (series) =>
      series.includes('late') ? APPEND_OUTCOME.outOfOrder : APPEND_OUTCOME.accepted;
    expect(await rig.send(request([sum('c', 1), gauge('late'), gauge('good'), gauge('later')]))).toEqual({
      status: 400,
      text: 'invalid temporality and type combination for metric "c"\nout of order sample\nout of order sample',
    });
  });

  test.each([
    [APPEND_OUTCOME.outOfOrder, 400, 'out of order sample'],
    [APPEND_OUTCOME.outOfBounds, 400, 'out of bounds'],
    [APPEND_OUTCOME.duplicate, 400, 'duplicate sample for timestamp'],
    [APPEND_OUTCOME.tooOld, 500, 'too old sample'],
  ])('outcome %d of the storage', async (outcome, status, text) => {
    const rig = new OtlpRig();
    rig.storage.judge = () => outcome;
    expect(await rig.send(request([gauge('g')]))).toEqual({ status, text });
  });

  test('a log that cannot be written', async () => {
    const rig = new OtlpRig();
    rig.storage.failCommit = true;
    expect(await rig.send(request([gauge('g')]))).toEqual({ status: 500, text: 'no space left on device' });
  });

  test('exemplars that come too late are counted', async () => {
    const rig = new OtlpRig();
    rig.storage.exemplarOutcome = APPEND_OUTCOME.outOfOrder;
    const exemplars = [{ timeUnixNano: at(0), asDouble: 1 }];
    const dataPoints = [{ timeUnixNano: at(0), asInt: 1, exemplars }];
    expect(await rig.send(request([{ name: 'c', sum: { aggregationTemporality: 2, dataPoints } }]))).toEqual({
      status: 200,
      text: '',
    });
    expect(await rig.metric('prometheus_api_otlp_out_of_order_exemplars_total')).toBe(1);
  });
});
