import { expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { MemoryStorage } from '@narthex/promqltest';
import { ManualClock } from '@narthex/testkit';
import { Engine } from './engine.js';

const MINUTE = 60_000;
const START = 1_699_999_980_000;

/** Three counters of a sample each minute for ten minutes. */
const storage = new MemoryStorage();
for (let i = 0; i < 3; i++) {
  const labels = Labels.of({ __name__: 'c_total', i: String(i), half: String(i % 2) });
  for (let at = 0; at <= 10; at++) {
    const value = at * 60 * (i + 1);
    storage.append(labels, {
      timestampMs: START + at * MINUTE,
      value,
      histogram: undefined,
      startTimestampMs: 0,
    });
  }
}

const engine = new Engine({ clock: new ManualClock() });

/** What Prometheus 3.5.3 says of the same samples: from the sixth minute to the eleventh, and at the last. */
test.each([
  ['c_total', 18, 3],
  ['sum(c_total)', 18, 3],
  ['sum by (half) (rate(c_total[5m]))', 23, 8],
  ['c_total > 600', 39, 10],
  ['2 * c_total + 1', 46, 11],
  ['c_total / on (i) c_total', 60, 15],
  ['abs(c_total)', 39, 9],
  ['topk(1, c_total)', 24, 4],
  ['quantile(0.5, c_total)', 24, 4],
  ['quantile_over_time(0.5, c_total[5m])', 29, 9],
  ['max_over_time(sum(c_total)[4m:1m])', 27, 12],
  ['c_total and c_total', 60, 15],
  ['absent(c_total)', 21, 6],
  ['timestamp(c_total)', 21, 6],
  ['count_values("v", c_total)', 39, 9],
  ['sum(c_total @ 1700000280)', 6, 3],
  ['1 + 1', 6, 5],
  ['time()', 6, 1],
  ['label_replace(c_total, "a", "b", "c", "")', 18, 3],
  ['scalar(sum(c_total))', 18, 3],
  ['histogram_count(c_total)', 21, 6],
])('%s', async (query, inRange, atOnce) => {
  const endMs = START + 10 * MINUTE;
  const range = await engine.range(storage, query, {
    startMs: START + 5 * MINUTE,
    endMs,
    stepMs: MINUTE,
  });
  const instant = await engine.instant(storage, query, { timestampMs: endMs });
  expect([range.stats.peakSamples, instant.stats.peakSamples]).toEqual([inRange, atOnce]);
});

test('what is in memory for a moment only counts against the limit', async () => {
  const limited = new Engine({ clock: new ManualClock(), maxSamples: 59 });
  const range = { startMs: START + 5 * MINUTE, endMs: START + 10 * MINUTE, stepMs: MINUTE };
  await expect(limited.range(storage, 'c_total / on (i) c_total', range)).rejects.toThrow(
    'query processing would load too many samples into memory in query execution',
  );
});
