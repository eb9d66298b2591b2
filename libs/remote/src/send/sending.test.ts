import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Labels, RelabelRule } from '@narthex/model';
import { eventually } from '@narthex/testkit';
import { createCheckpoint, deleteCheckpoints } from '@narthex/wal';
import { appendFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WRITE_MESSAGES } from '../write/content-type.js';
import { histogram } from '../testing/histogram.js';
import { entryOf, SenderRig } from '../testing/sender-rig.js';
import { WriteEndpoint } from '../testing/write-endpoint.js';

let rig: SenderRig;
let endpoint: WriteEndpoint;
/** Later than the moment in which sending begins. */
let laterMs: number;

beforeEach(async () => {
  [rig, endpoint] = await Promise.all([SenderRig.open(), WriteEndpoint.open()]);
  laterMs = Date.now() + 1_000_000;
});

afterEach(async () => {
  await rig.close();
  await endpoint.close();
});

/** Waits until so many samples, exemplars and histograms are there. */
function arrived(count: number): Promise<unknown> {
  return eventually(`${count} samples`, () => endpoint.storage.committed.length >= count);
}

describe('what is sent', () => {
  test('samples newer than the start, of series from the checkpoint, older segments and now', async () => {
    rig.series([1, '__name__', 'a'], [2, '__name__', 'b']);
    rig.samples([1, 1000, 1]);
    rig.wal.nextSegment();
    await createCheckpoint({
      directory: rig.walDirectory,
      fromSegment: 0,
      toSegment: 0,
      codecs: rig.codecs,
      keepSeries: (): boolean => true,
      minTimeMs: 0,
    });
    rig.wal.truncate(1);
    rig.series([3, '__name__', 'c']);
    rig.wal.nextSegment();
    await rig.apply([entryOf(endpoint.url)]);
    rig.series([4, '__name__', 'd']);
    rig.samples([1, laterMs, 1], [2, 1000, 2], [3, laterMs, 3], [4, laterMs + 1, 4]);
    await arrived(3);
    expect(endpoint.storage.floats()).toEqual([
      ['{__name__="a"}', laterMs, 1],
      ['{__name__="c"}', laterMs, 3],
      ['{__name__="d"}', laterMs + 1, 4],
    ]);
  });

  test('labels of the server where the series has none of the name, then rules; what these drop is counted', async () => {
    await rig.apply(
      [
        entryOf(endpoint.url, {
          write_relabel_configs: [
            new RelabelRule({ action: 'drop', sourceLabels: ['secret'], regex: 'yes' }),
            new RelabelRule({ action: 'replace', sourceLabels: ['zone'], targetLabel: 'place' }),
          ],
        }),
      ],
      Labels.of({ zone: 'eu', replica: '1' }),
    );
    rig.series(
      [1, '__name__', 'a', 'zone', 'own'],
      [2, '__name__', 'b', 'secret', 'yes'],
      [3, '__name__', 'c'],
    );
    rig.samples([1, laterMs, 1], [2, laterMs, 2], [3, laterMs, 3], [77, laterMs, 4]);
    await arrived(2);
    expect(endpoint.storage.floats()).toEqual([
      ['{__name__="a", place="own", replica="1", zone="own"}', laterMs, 1],
      ['{__name__="c", place="eu", replica="1", zone="eu"}', laterMs, 3],
    ]);
    const dropped = 'remote_storage_samples_dropped_total';
    expect(await rig.metric(dropped, { reason: 'dropped_series' })).toBe(1);
    expect(await rig.metric(dropped, { reason: 'unintentionally_dropped_series' })).toBe(1);
    expect(rig.messages('info')).toContain(
      'Dropped sample for series that was not explicitly dropped via relabelling',
    );
  });

  test.each([1, 2] as const)(
    'exemplars, histograms of both kinds and their order, in %d.0',
    async (version) => {
      await rig.apply([entryOf(endpoint.url, { protobuf_message: WRITE_MESSAGES[version - 1]! })]);
      rig.series([1, '__name__', 'h'], [2, '__name__', 'f']);
      const custom = {
        ...histogram,
        schema: -53,
        zeroThreshold: 0,
        zeroCount: 0,
        count: 3,
        customValues: [1, 2],
      };
      rig.histograms(
        { ref: 1, timestampMs: laterMs, startTimestampMs: 0, integer: true, histogram },
        {
          ref: 2,
          timestampMs: laterMs,
          startTimestampMs: 0,
          integer: false,
          histogram: { ...histogram, sum: 7 },
        },
        { ref: 2, timestampMs: laterMs + 5, startTimestampMs: 0, integer: false, histogram: custom },
      );
      rig.exemplars({ ref: 1, timestampMs: laterMs, value: 0.25, labelPairs: ['trace_id', 'x', 'span', ''] });
      await arrived(version === 1 ? 3 : 4);
      const [whole, float] = endpoint.ofKind('histogram');
      expect(whole).toMatchObject({ series: '{__name__="h"}', integer: true, value: { ...histogram } });
      expect(float).toMatchObject({ series: '{__name__="f"}', integer: false, value: { sum: 7 } });
      expect(endpoint.ofKind('exemplar')).toMatchObject([
        { series: '{__name__="h"}', value: { value: 0.25, timestampMs: laterMs } },
      ]);
      const reason = { reason: 'nhcb_in_rw1_not_supported' };
      expect(await rig.metric('remote_storage_histograms_dropped_total', reason)).toBe(
        version === 1 ? 1 : undefined,
      );
    },
  );

  test('neither exemplars nor histograms where they are not wanted', async () => {
    await rig.apply([entryOf(endpoint.url, { send_exemplars: false, send_native_histograms: false })]);
    rig.series([1, '__name__', 'h']);
    rig.histograms({ ref: 1, timestampMs: laterMs, startTimestampMs: 0, integer: true, histogram });
    rig.exemplars({ ref: 1, timestampMs: laterMs, value: 0.25, labelPairs: [] });
    rig.samples([1, laterMs + 1, 1]);
    await arrived(1);
    expect(endpoint.storage.committed.map(({ kind }) => kind)).toEqual(['float']);
  });

  test('metadata of the log beside each item, in 2.0', async () => {
    rig.series([1, '__name__', 'a_total', 'x', 'same'], [2, '__name__', 'b']);
    rig.recordMetadata({ ref: 1, type: 'counter', help: 'same', unit: 'seconds' });
    await rig.apply([entryOf(endpoint.url, { protobuf_message: WRITE_MESSAGES[1] })]);
    rig.samples([1, laterMs, 1], [2, laterMs, 2], [1, laterMs + 1, 3]);
    await eventually('three samples', () => endpoint.storage.floats().length === 3);
    expect(endpoint.ofKind('metadata')[0]).toMatchObject({
      series: '{__name__="a_total", x="same"}',
      value: { type: 'counter', help: 'same', unit: 'seconds' },
    });
    expect(await rig.metric('remote_storage_metadata_total')).toBe(2);
    expect(endpoint.requests[0]!.headers).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      'x-prometheus-remote-write-version': '2.0.0',
      'user-agent': 'Narthex/test',
    });
  });

  test.each([1, 2] as const)('when counting began, which only 2.0 can say: %d.0', async (version) => {
    await rig.apply([entryOf(endpoint.url, { protobuf_message: WRITE_MESSAGES[version - 1]! })]);
    rig.series([1, '__name__', 'a_total']);
    rig.startedSamples([1, laterMs, 1, laterMs - 5000], [1, laterMs + 1, 2, laterMs - 5000]);
    await arrived(2);
    const startMs = version === 1 ? 0 : laterMs - 5000;
    expect(endpoint.ofKind('float')).toMatchObject([
      { timestampMs: laterMs, value: 1, startMs },
      { timestampMs: laterMs + 1, value: 2, startMs },
    ]);
    expect(await rig.metric('wal_watcher_records_read_total', { type: 'samples-v2' })).toBe(1);
  });

  test('metadata of the scrapes, each once, in requests of their own, in 1.0', async () => {
    const entry = { metricFamily: 'a', type: 'gauge', help: 'A.', unit: '' } as const;
    rig.metadata = [entry, { ...entry, help: 'B.' }, { ...entry }, { ...entry, metricFamily: 'c' }];
    const metadata_config = { send: true, send_interval: 30, max_samples_per_send: 2 };
    await rig.apply([entryOf(endpoint.url, { metadata_config, headers: new Map([['X-Scope', 'me']]) })]);
    await eventually('two requests', () => endpoint.requests.length >= 2);
    expect(await rig.metric('remote_storage_metadata_total')).toBeGreaterThanOrEqual(2);
    expect(endpoint.requests[0]!.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
      'x-scope': 'me',
    });
  });
});

describe('the log', () => {
  test('segment after segment, and across kinds of compression', async () => {
    await rig.apply([entryOf(endpoint.url, {}, { max_samples_per_send: 1000, capacity: 10_000 })]);
    rig.series([1, '__name__', 'a']);
    let timestampMs = laterMs;
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 50; i++) rig.samples([1, timestampMs++, Math.random()]);
      if (round % 10 === 9) rig.wal.nextSegment();
    }
    await arrived(2000);
    const times = endpoint.timesOf('{__name__="a"}');
    expect(times).toEqual(Array.from({ length: 2000 }, (_, i) => laterMs + i));
    expect(await rig.metric('wal_watcher_current_segment')).toBe(4);
    expect(await rig.metric('wal_watcher_records_read_total', { type: 'samples' })).toBe(2000);
  });

  test('a torn tail of the last process is passed over', async () => {
    rig.series([1, '__name__', 'a']);
    await rig.wal.close();
    appendFileSync(join(rig.walDirectory, '00000000'), Buffer.from([1, 0, 50, 1, 2, 3, 4, 5]));
    const next = join(rig.walDirectory, '..', 'next');
    rig.wal = rig.openLog(next);
    symlinkSync(join(next, '00000000'), join(rig.walDirectory, '00000001'));
    await rig.apply([entryOf(endpoint.url)]);
    await eventually('a warning', () =>
      rig.messages('warn').includes('Expected to have read whole segment, may have dropped data'),
    );
    rig.samples([1, laterMs, 1]);
    await arrived(1);
    expect(endpoint.storage.floats()).toEqual([['{__name__="a"}', laterMs, 1]]);
  });

  test('without a folder it is tried again', async () => {
    const lost = await SenderRig.open();
    await lost.close();
    await lost.apply([entryOf(endpoint.url)]);
    await eventually('an error', () => lost.messages('error').includes('error tailing WAL'));
    await lost.storage.stop();
  });

  test('what is written until the end is sent before it stops', async () => {
    await rig.apply([entryOf(endpoint.url, {}, { batch_send_deadline: 3_600_000 })]);
    rig.series([1, '__name__', 'a']);
    for (let i = 0; i < 25; i++) rig.samples([1, laterMs + i, i]);
    await rig.storage.stop();
    expect(endpoint.timesOf('{__name__="a"}')).toHaveLength(25);
    expect(await rig.metric('remote_storage_samples_total')).toBeUndefined();
  });

  test('series that a checkpoint has dropped are forgotten', async () => {
    await rig.apply([entryOf(endpoint.url)]);
    rig.series([1, '__name__', 'a'], [2, '__name__', 'b']);
    rig.samples([1, laterMs, 1], [2, laterMs, 1]);
    await arrived(2);
    rig.wal.nextSegment();
    rig.wal.nextSegment();
    await createCheckpoint({
      directory: rig.walDirectory,
      fromSegment: 0,
      toSegment: 1,
      codecs: rig.codecs,
      keepSeries: (ref) => ref === 2,
      minTimeMs: 0,
    });
    rig.wal.truncate(2);
    deleteCheckpoints(rig.walDirectory, 1);
    const dropped = { reason: 'unintentionally_dropped_series' };
    let timestampMs = laterMs + 1;
    await eventually('a sample of a series that is gone', async () => {
      rig.samples([1, timestampMs, 1], [2, timestampMs++, 1]);
      return ((await rig.metric('remote_storage_samples_dropped_total', dropped)) ?? 0) > 0;
    });
    expect(endpoint.timesOf('{__name__="b"}').length).toBeGreaterThan(0);
  }, 60_000);
});
