import { describe, expect, test } from '@jest/globals';
import { type Json, attributes } from '../testing/otlp-messages.js';
import { at, NOW_MS, OtlpRig, request } from '../testing/otlp-rig.js';
import { type OtlpSettings } from './settings.js';

const SERVICE = attributes({
  'service.name': 'shop',
  'service.namespace': 'eu',
  'service.instance.id': 'i1',
});
const gauge = (name: string, points: Json, unit = ''): Json => ({
  name,
  unit,
  gauge: { dataPoints: points },
});
const point = (value: number, extra: Json = {}): Json => ({
  timeUnixNano: at(0),
  asDouble: value,
  ...(extra as object),
});

async function floats(
  body: Json,
  settings: Partial<OtlpSettings> = {},
): Promise<Record<string, number | string>> {
  const rig = new OtlpRig(settings);
  expect(await rig.send(body)).toEqual({ status: 200, text: '' });
  return Object.fromEntries(rig.storage.floats.map(([series, , value]) => [series, value]));
}

describe('kinds of metrics', () => {
  test('gauges and sums', async () => {
    const sum = (isMonotonic: boolean): Json => ({
      aggregationTemporality: 2,
      isMonotonic,
      dataPoints: [{ timeUnixNano: at(0), asInt: '-7' }],
    });
    const body = request(
      [
        gauge('temp', [point(21.5, { attributes: attributes({ 'room.name': 'a', empty: '' }) })], 'Cel'),
        { name: 'queue', sum: sum(false) },
        { name: 'jobs', sum: sum(true) },
      ],
      SERVICE,
    );
    expect(await floats(body)).toEqual({
      '{__name__="temp_celsius", instance="i1", job="eu/shop", room_name="a"}': 21.5,
      '{__name__="queue", instance="i1", job="eu/shop"}': -7,
      '{__name__="jobs_total", instance="i1", job="eu/shop"}': -7,
    });
  });

  test('a point without a value is zero, one that says it has none ends its series', async () => {
    const body = request([gauge('a', [{ timeUnixNano: at(0) }]), gauge('b', [point(1, { flags: 1 })])]);
    expect(await floats(body)).toEqual({ '{__name__="a"}': 0, '{__name__="b"}': 'stale' });
  });

  test('classic histograms', async () => {
    const histogram = (extra: object): Json => ({
      aggregationTemporality: 2,
      dataPoints: [
        {
          timeUnixNano: at(0),
          count: '6',
          explicitBounds: [0.25, 1e21],
          bucketCounts: ['1', '2', '3'],
          ...extra,
        },
      ],
    });
    const body = request([
      { name: 'h', unit: 's', histogram: histogram({ sum: 9 }) },
      { name: 'nosum', histogram: histogram({}) },
      { name: 'gone', histogram: histogram({ sum: 9, flags: 1 }) },
    ]);
    expect(await floats(body)).toEqual({
      '{__name__="h_seconds_sum"}': 9,
      '{__name__="h_seconds_count"}': 6,
      '{__name__="h_seconds_bucket", le="0.25"}': 1,
      '{__name__="h_seconds_bucket", le="1000000000000000000000"}': 3,
      '{__name__="h_seconds_bucket", le="+Inf"}': 6,
      '{__name__="nosum_count"}': 6,
      '{__name__="nosum_bucket", le="0.25"}': 1,
      '{__name__="nosum_bucket", le="1000000000000000000000"}': 3,
      '{__name__="nosum_bucket", le="+Inf"}': 6,
      '{__name__="gone_sum"}': 'stale',
      '{__name__="gone_count"}': 'stale',
      '{__name__="gone_bucket", le="0.25"}': 'stale',
      '{__name__="gone_bucket", le="1000000000000000000000"}': 'stale',
      '{__name__="gone_bucket", le="+Inf"}': 'stale',
    });
  });

  test('summaries', async () => {
    const quantileValues = [
      { quantile: 0, value: 1 },
      { quantile: 0.999, value: 5 },
    ];
    const body = request([
      {
        name: 's',
        unit: 'ms',
        summary: { dataPoints: [{ timeUnixNano: at(0), count: '2', sum: 6, quantileValues }] },
      },
    ]);
    expect(await floats(body)).toEqual({
      '{__name__="s_milliseconds_sum"}': 6,
      '{__name__="s_milliseconds_count"}': 2,
      '{__name__="s_milliseconds", quantile="0"}': 1,
      '{__name__="s_milliseconds", quantile="0.999"}': 5,
    });
  });

  test('metadata', async () => {
    const rig = new OtlpRig();
    await rig.send(
      request([
        { ...(gauge('size', [point(1)], 'By/s') as object), description: 'How big.' },
        { name: 'jobs', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point(1)] } },
      ]),
    );
    expect(Object.fromEntries(rig.storage.metadata)).toEqual({
      '{__name__="size_bytes_per_second"}': { type: 'gauge', unit: 'bytes_per_second', help: 'How big.' },
      '{__name__="jobs_total"}': { type: 'counter', unit: '', help: '' },
    });
  });

  test('times are cut to milliseconds', async () => {
    const rig = new OtlpRig();
    await rig.send(request([gauge('a', [{ timeUnixNano: `${NOW_MS}999999`, asDouble: 1 }])]));
    expect(rig.storage.floats).toEqual([['{__name__="a"}', NOW_MS, 1]]);
  });

  test('where a series began', async () => {
    const rig = new OtlpRig({}, { startZeros: true });
    const dataPoints = [
      { startTimeUnixNano: at(-60), timeUnixNano: at(0), asInt: 5 },
      { startTimeUnixNano: at(0), timeUnixNano: at(0), asInt: 5, attributes: attributes({ a: 'now' }) },
      { timeUnixNano: at(0), asInt: 5, attributes: attributes({ a: 'unknown' }) },
    ];
    await rig.send(
      request([{ name: 'jobs', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }]),
    );
    expect(rig.storage.zeros).toEqual([['{__name__="jobs_total"}', NOW_MS - 60_000]]);
    expect(rig.storage.starts).toEqual([
      ['{__name__="jobs_total"}', NOW_MS, NOW_MS - 60_000],
      ['{__name__="jobs_total", a="now"}', NOW_MS, NOW_MS],
    ]);
  });
});

describe('labels', () => {
  const resource = attributes({
    'service.name': 'shop',
    'service.instance.id': 'i1',
    'host.name': 'h1',
    _zone: 'z1',
    color: 'resource',
    job: 'resource',
  });
  const scope: Json = {
    name: 'lib',
    version: '1.2',
    attributes: attributes({ 'team.name': 'red', name: 'other' }),
  };
  const body = request(
    [
      gauge('a', [
        point(1, {
          attributes: attributes({ color: 'point', 'b.c': '2', b_c: '3', __name__: 'x', un__der: 'u' }),
        }),
      ]),
    ],
    resource,
    scope,
  );
  const own = 'b_c="2;3", color="point"';

  test.each<[string, Partial<OtlpSettings>, string]>([
    ['by default', {}, `{__name__="a", ${own}, instance="i1", job="shop", un__der="u"}`],
    [
      'of the resource',
      { promoteResourceAttributes: ['host.name', '_zone', 'color', 'job', 'absent'] },
      `{__name__="a", ${own}, host_name="h1", instance="i1", job="shop", key_zone="z1", un__der="u"}`,
    ],
    [
      'of the resource, all but some',
      { promoteAllResourceAttributes: true, ignoreResourceAttributes: ['service.name', '_zone'] },
      `{__name__="a", ${own}, host_name="h1", instance="i1", job="shop", service_instance_id="i1", un__der="u"}`,
    ],
    [
      'of the scope',
      { promoteScopeMetadata: true },
      `{__name__="a", ${own}, instance="i1", job="shop", otel_scope_name="lib", otel_scope_schema_url="https://schema", otel_scope_team_name="red", otel_scope_version="1.2", un__der="u"}`,
    ],
    [
      'with single underscores and nothing before one',
      {
        promoteResourceAttributes: ['_zone'],
        labelNameUnderscoreSanitization: false,
        labelNamePreserveMultipleUnderscores: false,
      },
      `{__name__="a", _zone="z1", ${own}, instance="i1", job="shop", un_der="u"}`,
    ],
    [
      'as they are',
      { translationStrategy: 'NoTranslation', promoteResourceAttributes: ['host.name'] },
      '{__name__="a", "b.c"="2", b_c="3", color="point", "host.name"="h1", instance="i1", job="shop", un__der="u"}',
    ],
  ])('%s', async (_what, settings, expected) => {
    const series = Object.keys(await floats(body, settings));
    expect(series.filter((name) => !name.includes('target_info'))).toEqual([expected]);
  });

  test('values of all kinds', async () => {
    const values: Record<string, Json> = {
      bool: { boolValue: true },
      int: { intValue: '-9223372036854775808' },
      double: { doubleValue: 1.5e-7 },
      large: { doubleValue: 1e21 },
      bytes: { bytesValue: 'AQID' },
      list: { arrayValue: { values: [{ stringValue: '<a>' }, { intValue: 1 }, {}] } },
      map: {
        kvlistValue: {
          values: [
            { key: 'z', value: { boolValue: false } },
            { key: 'a', value: { doubleValue: 2 } },
          ],
        },
      },
    };
    const given = Object.entries(values).map(([key, value]) => ({ key, value }));
    expect(Object.keys(await floats(request([gauge('a', [point(1, { attributes: given })])])))).toEqual([
      '{__name__="a", bool="true", bytes="AQID", double="1.5e-7", int="-9223372036854775808", large="1e+21", list="[\\"\\\\u003ca\\\\u003e\\",1,null]", map="{\\"a\\":2,\\"z\\":false}"}',
    ]);
  });
});

describe('target_info', () => {
  const known = attributes({ 'service.name': 'shop', 'service.instance.id': 'i1', 'host.name': 'h1' });
  const targetInfo = async (
    resource: Json,
    points: Json,
    settings: Partial<OtlpSettings> = {},
  ): Promise<[string, number][]> => {
    const rig = new OtlpRig(settings);
    expect((await rig.send(request([gauge('a', points)], resource, { name: 'lib' }))).status).toBe(200);
    return rig.storage.floats
      .filter(([series]) => series.includes('target_info'))
      .map(([series, timestampMs]) => [series, (timestampMs - NOW_MS) / 1000]);
  };
  const plain = '{__name__="target_info", host_name="h1", instance="i1", job="shop"}';

  test('one sample in half the lookback', async () => {
    const points = [-400, -100].map((seconds) => ({ timeUnixNano: at(seconds), asDouble: 1 }));
    expect(await targetInfo(known, points)).toEqual([
      [plain, -400],
      [plain, -250],
      [plain, -100],
    ]);
  });

  test('with what makes job and instance', async () => {
    const settings = { keepIdentifyingResourceAttributes: true, promoteScopeMetadata: true };
    expect(await targetInfo(known, [point(1)], settings)).toEqual([
      [
        '{__name__="target_info", host_name="h1", instance="i1", job="shop", service_instance_id="i1", service_name="shop"}',
        0,
      ],
    ]);
  });

  test.each<[string, Json]>([
    ['only job and instance are known', SERVICE],
    ['neither job nor instance is known', attributes({ 'host.name': 'h1' })],
    ['nothing is known', []],
  ])('none where %s', async (_what, resource) => {
    expect(await targetInfo(resource, [point(1)])).toEqual([]);
  });

  test('resources that look the same share it', async () => {
    const one = (request([gauge('a', [point(1)])], known) as { resourceMetrics: Json[] }).resourceMetrics;
    const rig = new OtlpRig();
    await rig.send({ resourceMetrics: [...one, ...one] });
    expect(
      rig.storage.floats.map(([series]) => series).filter((series) => series.includes('target')),
    ).toEqual([plain]);
  });

  test('a point without a time does not ask for millions', async () => {
    const times = await targetInfo(known, [{ asDouble: 1 }, point(1)]);
    expect(times.length).toBe(10_001);
  });
});

describe('exemplars', () => {
  const exemplar = (value: number, extra: object = {}): Json => ({
    timeUnixNano: at(0),
    asDouble: value,
    ...extra,
  });
  const traceId = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex').toString('base64');
  const spanId = Buffer.from('0102030405060708', 'hex').toString('base64');

  test('go to the bucket where their value lies', async () => {
    const rig = new OtlpRig();
    const dataPoints = [
      {
        timeUnixNano: at(0),
        count: 3,
        explicitBounds: [1, 2],
        bucketCounts: [1, 1, 1],
        exemplars: [exemplar(1, { traceId, spanId }), exemplar(1.5), exemplar(9)],
      },
    ];
    await rig.send(request([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints } }]));
    expect(
      rig.storage.exemplars.map(([series, { labels, value }]) => [series, labels.toString(), value]),
    ).toEqual([
      [
        '{__name__="h_bucket", le="1"}',
        '{span_id="0102030405060708", trace_id="0102030405060708090a0b0c0d0e0f10"}',
        1,
      ],
      ['{__name__="h_bucket", le="2"}', '{}', 1.5],
      ['{__name__="h_bucket", le="+Inf"}', '{}', 9],
    ]);
  });

  test('attributes only where there is room for them; none with gauges', async () => {
    const rig = new OtlpRig();
    const short = { filteredAttributes: attributes({ 'a.b': 'x' }), traceId };
    const long = { filteredAttributes: attributes({ a: 'x'.repeat(89) }), traceId };
    const exact = { filteredAttributes: attributes({ a: 'ä'.repeat(87) }), traceId };
    const zero = { traceId: Buffer.alloc(16).toString('base64') };
    const exemplars = [short, long, exact, zero].map((extra) => exemplar(1, extra));
    await rig.send(
      request([
        { name: 'c', sum: { aggregationTemporality: 2, dataPoints: [point(1, { exemplars })] } },
        gauge('g', [point(1, { exemplars })]),
      ]),
    );
    const trace = 'trace_id="0102030405060708090a0b0c0d0e0f10"';
    expect(rig.storage.exemplars.map(([series, { labels }]) => [series, labels.toString()])).toEqual([
      ['{__name__="c"}', `{"a.b"="x", ${trace}}`],
      ['{__name__="c"}', `{${trace}}`],
      ['{__name__="c"}', `{a="${'ä'.repeat(87)}", ${trace}}`],
      ['{__name__="c"}', '{}'],
    ]);
  });
});
