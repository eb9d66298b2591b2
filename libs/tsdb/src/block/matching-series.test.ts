import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Labels, Matcher, matchesAll, MATCH_TYPES } from '@narthex/model';
import { temporaryFolder } from '@narthex/testkit';
import fc from 'fast-check';
import { join } from 'node:path';
import { openBlock, writeTestBlock } from './block-test-data.js';
import { INDEX_FILE } from './index-format.js';
import { IndexReader } from './index-reader.js';
import { isCheaperByLabels } from './label-filter.js';
import { matchingSeries } from './matching-series.js';
import { SeriesEntry } from './series-entry.js';

/*
 * Every way to find series, in a block with enough of them to take each: against the labels of all.
 */

const ULID = '01HF0000000000000000000000';
const folder = temporaryFolder('matching-series');
afterAll(() => folder.remove());

/** Few metrics, some instances, many pods; and labels that only some series have. */
const SERIES = Array.from({ length: 1500 }, (_, i) => ({
  __name__: `metric_${i % 5}`,
  instance: `host-${i % 40}`,
  pod: `pod-${i}`,
  ...(i % 3 === 0 && { zone: `z${i % 2}` }),
  ...(i % 500 === 7 && { rare: 'x' }),
}));
let index: IndexReader;
let all: { readonly ref: number; readonly labels: Labels }[];

beforeAll(async () => {
  const series = SERIES.map((labels) => ({ labels, samples: [[1, 1]] as const }));
  await writeTestBlock({ folder: folder.path, ulid: ULID, series });
  const block = openBlock(join(folder.path, ULID));
  expect(block.meta.stats.numSeries).toBe(SERIES.length);
  block.close();
  index = IndexReader.open(join(folder.path, ULID, INDEX_FILE));
  const entry = new SeriesEntry();
  all = Array.from(index.allPostings(), (ref) => {
    index.series(ref, entry);
    return { ref, labels: index.labelsOf(entry) };
  });
});
afterAll(() => index.close());

function expectFound(matchers: readonly Matcher[]): void {
  const wanted = all.filter(({ labels }) => matchesAll(labels, matchers)).map(({ ref }) => ref);
  expect([...matchingSeries(index, matchers)]).toEqual(wanted);
}

const matcher = (text: string): Matcher => {
  const [, name, type, value] = /^(\w+)(=~|!~|!=|=)(.*)$/.exec(text)!;
  return new Matcher(
    MATCH_TYPES.find((each) => each === type)!,
    name!,
    value!,
  );
};

describe('series are found', () => {
  test.each<[string, readonly string[]]>([
    ['among few by their labels', ['instance=host-7', 'pod=~pod-1.*']],
    ['among few without a label', ['instance=host-7', 'zone=']],
    ['among few by what they are not', ['instance=host-7', 'pod!~pod-.*7']],
    ['among many by the values', ['__name__=~metric_[0-3]', 'instance=~host-1.*']],
    ['among many by what they are not', ['__name__!=metric_1', 'instance!~host-1.*']],
    ['among many without a label', ['__name__=~.+', 'zone=']],
    ['among many with a label', ['__name__=~.+', 'zone!=']],
    ['by a label that nearly none has', ['rare=~.+', 'pod=~.*7']],
    ['without one that nearly none has', ['rare=', 'zone=z1']],
    ['by a label that no series has', ['absent=~|x', 'instance=host-7']],
    ['by a set', ['instance=~host-1|host-3|none', '__name__!~metric_1|metric_2']],
    ['without any', ['pod=~.*', 'instance=host-77']],
  ])('%s', (_, texts) => {
    expectFound(texts.map(matcher));
  });

  test('either way, for whatever is asked', () => {
    const values = [
      '',
      'x',
      '.*',
      '.+',
      'host-3',
      'host-.*',
      'host-1|host-2',
      'pod-.*1',
      'metric_[01]',
      'z1',
      '.*1.*',
    ];
    const any = fc
      .tuple(
        fc.constantFrom(...MATCH_TYPES),
        fc.constantFrom('__name__', 'instance', 'pod', 'zone', 'rare', 'absent'),
        fc.constantFrom(...values),
      )
      .map(([type, name, value]) => new Matcher(type, name, value));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (matchers) => expectFound(matchers)),
      { numRuns: 300 },
    );
  });

  test('by labels where that is less to read', () => {
    expect(isCheaperByLabels(index, 40, 'instance')).toBe(true);
    expect(isCheaperByLabels(index, 700, 'instance')).toBe(false);
    expect(isCheaperByLabels(index, 700, 'pod')).toBe(true);
    expect(isCheaperByLabels(index, 1500, 'pod')).toBe(false);
  });
});
