import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isStaleAt, STALE_NAN } from '@narthex/bytes';
import { emptyHistogram, Labels } from '@narthex/model';
import { APPEND_OUTCOME, type Exemplar, type SeriesRef } from '@narthex/storage';
import { temporaryFolder } from '@narthex/testkit';
import { type AgentStorage } from './agent-storage.js';
import { append, metricValue, openAgent, type OpenAgent } from './testing/open-agent.js';
import { readLog } from './testing/read-log.js';

const { accepted, outOfOrder, outOfBounds, unknownSeries, unsupported } = APPEND_OUTCOME;
const UP = Labels.of({ __name__: 'up', job: 'a' });

let folder: ReturnType<typeof temporaryFolder>;
let open: OpenAgent;
let agent: AgentStorage;
beforeEach(async () => {
  folder = temporaryFolder('agent-appender');
  open = await openAgent(folder.path);
  agent = open.agent;
});
afterEach(async () => {
  await agent.close();
  folder.remove();
});

const EMPTY = emptyHistogram({ schema: 0, zeroThreshold: 0, customValues: [] });
const unknown = 99 as SeriesRef;

test('what is committed is in the log, series before samples, samples before exemplars', async () => {
  const appender = agent.appender();
  const ref = appender.series(UP);
  const exemplar = { labels: Labels.of({ trace: 'x' }), value: 2, timestampMs: 11, hasTimestamp: true };
  expect(appender.exemplar(ref, exemplar)).toBe(accepted);
  const counted = { ...EMPTY, count: 3, zeroCount: 3, sum: 1 };
  expect(appender.histogram(ref, 12, counted, true)).toBe(accepted);
  expect(appender.histogram(ref, 13, { ...counted, count: 3.5 }, false)).toBe(accepted);
  expect(appender.float(ref, 11, 1.5)).toBe(accepted);
  expect(await readLog(agent.walDirectory)).toEqual([]);
  await expect(appender.commit()).resolves.toEqual({
    floatsAppended: 1,
    histogramsAppended: 2,
    exemplarsAppended: 1,
    seriesCreated: 1,
  });
  expect(await readLog(agent.walDirectory)).toEqual([
    'series 1 __name__ up job a',
    'sample 1 11 1.5',
    'histogram 1 12 3',
    'float histogram 1 13 3.5',
    'exemplar 1 11 2 trace x',
  ]);
  expect(agent.received).toEqual({ samples: 1, histograms: 2, exemplars: 1, highestTimestampMs: 13 });
  expect(() => appender.float(ref, 14, 1)).toThrow('the appender was committed or rolled back');
});

describe('order', () => {
  test.each([
    [0, 10, outOfOrder],
    [0, 9, outOfOrder],
    [0, 11, accepted],
    [5, 10, accepted],
    [5, 6, accepted],
    [5, 5, outOfOrder],
  ])(
    'a window of %i ms, the newest sample at 10, the next at %i: outcome %i',
    async (windowMs, at, outcome) => {
      agent.applyConfig({ outOfOrderTimeWindowMs: windowMs });
      const [ref] = await append(agent, [UP], 10);
      const appender = agent.appender();
      expect(appender.float(ref!, at, 1)).toBe(outcome);
      expect(appender.histogram(ref!, at, EMPTY, true)).toBe(outcome);
      await appender.commit();
      const refused = outcome === accepted ? (at < 10 ? 2 : 0) : 2;
      await expect(metricValue(open.registry, 'prometheus_agent_out_of_order_samples_total')).resolves.toBe(
        refused,
      );
    },
  );

  test('within a transaction nothing is compared', async () => {
    const appender = agent.appender();
    const ref = appender.series(UP);
    expect([appender.float(ref, 10, 1), appender.float(ref, 10, 2), appender.float(ref, 9, 3)]).toEqual([
      accepted,
      accepted,
      accepted,
    ]);
    await appender.commit();
    const next = agent.appender();
    expect(next.float(ref, 10, 1)).toBe(outOfOrder);
    next.rollback();
  });

  test('a start is taken between the newest sample and the present one', async () => {
    const [ref] = await append(agent, [UP], 10);
    const appender = agent.appender();
    expect([10, 20, 21, 15].map((startMs) => appender.startZero(ref!, 20, startMs))).toEqual([
      outOfOrder,
      outOfOrder,
      outOfOrder,
      accepted,
    ]);
    expect(appender.startZero(unknown, 20, 15)).toBe(unknownSeries);
    await appender.commit();
    expect((await readLog(agent.walDirectory)).at(-1)).toBe('sample 1 15 0');
    await expect(metricValue(open.registry, 'prometheus_agent_out_of_order_samples_total')).resolves.toBe(0);
  });
});

test('columns keep the bits of values, and tell what became of each', async () => {
  await append(agent, [UP], 10);
  const appender = agent.appender();
  const refs = new Float64Array(300).fill(appender.series(UP));
  const values = new Float64Array(300).fill(STALE_NAN);
  const timestampsMs = Float64Array.from(refs, (_, i) => 10 + i);
  refs[299] = unknown;
  const outcomes = new Uint8Array(300).fill(77);
  appender.floats(refs, timestampsMs, values, 300, outcomes);
  expect([...new Set(outcomes.subarray(1, 299)), outcomes[0], outcomes[299]]).toEqual([
    accepted,
    outOfOrder,
    unknownSeries,
  ]);
  await expect(appender.commit()).resolves.toMatchObject({ floatsAppended: 298 });
  expect(isStaleAt(new Uint32Array(values.buffer), 1)).toBe(true);
  expect((await readLog(agent.walDirectory)).filter((line) => line.endsWith(' NaN'))).toHaveLength(298);
  await expect(metricValue(open.registry, 'prometheus_agent_samples_appended_total', 'float')).resolves.toBe(
    299,
  );
});

describe('exemplars', () => {
  const of = (value: number, timestampMs: number, hasTimestamp = true, trace = 'x'): Exemplar => ({
    labels: Labels.of({ trace }),
    value,
    timestampMs,
    hasTimestamp,
  });

  test('one that the series had last is not logged again; a late one is', async () => {
    const [ref] = await append(agent, [UP], 10);
    const appender = agent.appender();
    const given = [
      of(1, 10),
      of(1, 10),
      of(1, 11),
      of(1, 5),
      of(1, 5, false),
      of(1, 6, false),
      of(1, 7, false),
    ];
    expect(given.map((exemplar) => appender.exemplar(ref!, exemplar))).toEqual(given.map(() => accepted));
    expect(appender.exemplar(ref!, of(1, 10, true, 'x'.repeat(124)))).toBe(outOfBounds);
    expect(appender.exemplar(ref!, of(1, 10, true, '\u{1f600}'.repeat(123)))).toBe(accepted);
    expect(appender.exemplar(unknown, of(1, 10))).toBe(unknownSeries);
    await expect(appender.commit()).resolves.toMatchObject({ exemplarsAppended: 5 });
    const lines = (await readLog(agent.walDirectory)).filter((line) => line.startsWith('exemplar'));
    expect(lines.slice(0, 4)).toEqual([10, 11, 5, 6].map((timeMs) => `exemplar 1 ${timeMs} 1 trace x`));
    await expect(metricValue(open.registry, 'prometheus_agent_exemplars_appended_total')).resolves.toBe(5);
  });
});

test('histograms that do not fit themselves are refused', async () => {
  const [ref] = await append(agent, [UP], 10);
  const appender = agent.appender();
  const wrong = { ...EMPTY, count: 3 };
  expect(appender.histogram(ref!, 11, wrong, true)).toBe(unsupported);
  expect(appender.histogram(ref!, 11, { ...wrong, positiveBuckets: [1] }, false)).toBe(unsupported);
  expect(appender.histogram(unknown, 11, EMPTY, true)).toBe(unknownSeries);
  appender.rollback();
});

test.each([
  ['no labels', Labels.EMPTY, 'empty labelset: invalid sample'],
  ['half a character', Labels.of({ a: '\ud800' }), 'label "\\ud800" is not valid UTF-8'],
  ['megabytes', Labels.of({ a: 'x'.repeat(3e6) }), 'labels are longer than 2097152 bytes'],
])('%s is refused', (_name, labels, message) => {
  const appender = agent.appender();
  expect(() => appender.series(labels)).toThrow(message);
  appender.rollback();
});

test('a series of a transaction that was taken back is logged before its first sample', async () => {
  const first = agent.appender();
  const ref = first.series(UP);
  first.float(ref, 1, 1);
  const second = agent.appender();
  expect(second.series(UP)).toBe(ref);
  second.float(ref, 2, 2);
  first.rollback();
  await second.commit();
  expect(await readLog(agent.walDirectory)).toEqual(['series 1 __name__ up job a', 'sample 1 2 2']);
});

test('many new series are logged as they come', async () => {
  const appender = agent.appender();
  const pad = 'x'.repeat(1000);
  for (let i = 0; i < 200; i++) appender.float(appender.series(Labels.of({ i: String(i), pad })), 1, 1);
  const early = await readLog(agent.walDirectory);
  expect(early.length).toBeGreaterThan(150);
  expect(early.every((line) => line.startsWith('series '))).toBe(true);
  await appender.commit();
  const lines = await readLog(agent.walDirectory);
  expect(lines.map((line) => line.split(' ')[0])).toEqual([
    ...new Array<string>(200).fill('series'),
    ...new Array<string>(200).fill('sample'),
  ]);
});

test('a series that goes while a transaction is open does not pass its times to another', async () => {
  const old = Labels.of({ __name__: 'old' });
  const [ref] = await append(agent, [old], 10);
  const appender = agent.appender();
  appender.float(ref!, 5e15, 1);
  await agent.truncate();
  expect(agent.activeSeries).toBe(0);
  const [other] = await append(agent, [UP], 20);
  expect(other).not.toBe(ref);
  await appender.commit();
  const next = agent.appender();
  expect([next.float(other!, 21, 1), next.float(ref!, 21, 1)]).toEqual([accepted, unknownSeries]);
  next.rollback();
});

test('start timestamps are logged where that is asked for', async () => {
  await agent.close();
  for (const storeStartTimestamps of [false, true]) {
    const path = `${folder.path}/${String(storeStartTimestamps)}`;
    const { agent: other } = await openAgent(path, { storeStartTimestamps });
    const appender = other.appender();
    const ref = appender.series(UP);
    appender.float(ref, 10, 1, 3);
    appender.floats(
      Float64Array.of(ref, ref),
      Float64Array.of(11, 12),
      Float64Array.of(1, 1),
      2,
      new Uint8Array(2),
      Float64Array.of(3, 0),
    );
    appender.histogram(ref, 13, EMPTY, true, 4);
    appender.histogram(ref, 14, EMPTY, false);
    await appender.commit();
    await other.close();
    const since = storeStartTimestamps ? (startMs: number) => ` since ${startMs}` : () => '';
    expect((await readLog(other.walDirectory)).slice(1)).toEqual([
      `sample 1 10 1${since(3)}`,
      `sample 1 11 1${since(3)}`,
      `sample 1 12 1${since(0)}`,
      `histogram 1 13 0${since(4)}`,
      'float histogram 1 14 0',
    ]);
    const again = await openAgent(path, { storeStartTimestamps });
    const next = again.agent.appender();
    expect([14, 15].map((timeMs) => next.float(ref, timeMs, 1))).toEqual([outOfOrder, accepted]);
    next.rollback();
    await again.agent.close();
  }
});
