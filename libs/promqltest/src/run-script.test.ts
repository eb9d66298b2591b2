import { describe, expect, test } from '@jest/globals';
import { Matcher } from '@narthex/model';
import { type Queryable, SampleColumns } from '@narthex/storage';
import { type ScriptAnswer, type ScriptEngine } from './engine.js';
import { runScript } from './run-script.js';

/** An engine whose queries are metric names: it answers with the newest samples, and fails for `boom`. */
const engine: ScriptEngine = {
  parse: (query) => {
    if (/\W/.test(query)) throw new Error(`no name: ${query}`);
  },
  instant: async (storage, query, timestampMs) => {
    const { value, ...rest } = await engine.range(storage, query, {
      startMs: timestampMs,
      endMs: timestampMs,
      stepMs: 1,
    });
    if (value.type !== 'matrix') throw new Error('a matrix was built');
    const samples = value.series.map(({ labels, columns }) => ({
      labels,
      timestampMs,
      value: columns.values[0]!,
      histogram: columns.histograms?.[0],
    }));
    return { ...rest, value: { type: 'vector', samples } };
  },
  range: async (storage: Queryable, query, { startMs, endMs, stepMs }): Promise<ScriptAnswer> => {
    if (query === 'boom') throw new Error('it went wrong');
    const querier = storage.querier(-Infinity, endMs);
    const hints = { startMs, endMs, stepMs, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
    const found = await querier.select(true, hints, [new Matcher('=', '__name__', query)]);
    const series = Array.from({ length: found.length }, (_, i) => {
      const [all, columns] = [new SampleColumns(), new SampleColumns()];
      found.read(i, all);
      for (let at = startMs; at <= endMs; at += stepMs) {
        const last = all.timestampsMs
          .subarray(0, all.length)
          .findLastIndex((timestampMs) => timestampMs <= at);
        const histogram = all.histograms?.[last];
        if (last >= 0 && histogram !== undefined) columns.pushHistogram(at, histogram);
        else if (last >= 0) columns.pushFloat(at, all.values[last]!);
      }
      return { labels: found.labels(i), columns };
    });
    return {
      value: { type: 'matrix', series },
      warnings: query === 'warned' ? ['PromQL warning: odd (1:1)'] : [],
      infos: [],
    };
  },
};

const DATA =
  'load 1m\n  a{x="1"} 1 2 3\n  a{x="2"} 5 6 7\n  h {{schema:0 sum:5 count:4 buckets:[1 2 1]}}\n  warned 1\n';

async function reasons(script: string): Promise<string[]> {
  const { failures } = await runScript(`${DATA}\n${script}`, engine);
  return failures.map(({ message }) => message);
}

describe('what is right passes', () => {
  test.each([
    'eval instant at 1m a\n  a{x="1"} 2\n  a{x="2"} 6',
    'eval instant at 1m a\n  a{x="2"} 6.000001\n  a{x="1"} 2',
    'eval range from 0 to 2m step 1m a\n  a{x="1"} 1+1x2\n  a{x="2"} 5 6 7',
    'eval instant at 0 h\n  h {{schema:0 sum:5 count:4 buckets:[1 2 1 0]}}',
    'eval instant at 0 boom\n  expect fail',
    'eval instant at 0 boom\n  expect fail msg: it went wrong',
    'eval instant at 0 warned\n  expect warn\n  expect no_info\n  warned 1',
    'eval instant at 0 warned\n  warned 1',
    'clear\n\neval instant at 0 a',
    // What an eval_fail is to fail with ends it: the next command may follow at once.
    'eval_fail instant at 0 boom\n  expected_fail_message it went wrong\neval_fail instant at 0 boom\n  expected_fail_regexp it went .*\nclear',
    // What is there already may be loaded once more.
    'load 1m\n  a{x="1"} _ _ 3 4\n  h {{schema:0 sum:5 count:4 buckets:[1 2 1]}}',
  ])('%j', async (script) => {
    expect(await reasons(script)).toEqual([]);
  });
});

describe('what is wrong fails, and says how', () => {
  test.each([
    ['eval instant at 1m a\n  a{x="1"} 3\n  a{x="2"} 6', 'expected {__name__="a", x="1"} 3'],
    ['eval instant at 1m a\n  a{x="1"} 2', '{__name__="a", x="2"} 6'],
    ['eval instant at 1m a\n  a{x="1"} 2\n  a{x="2"} 6\n  a{x="3"} 1', '{__name__="a", x="3"} 1'],
    ['eval instant at 1m a\n  expect ordered\n  a{x="2"} 6\n  a{x="1"} 2', 'at position 2, got it at 1'],
    ['eval range from 0 to 1m step 1m a\n  a{x="1"} 1 2\n  a{x="2"} 5', '{__name__="a", x="2"}'],
    ['eval instant at 0 h\n  h {{schema:0 sum:5 count:4 buckets:[1 2 2]}}', 'buckets:[1 2 1]'],
    ['eval instant at 0 boom', 'expected an answer, got error "it went wrong"'],
    ['eval instant at 0 boom\n  expect fail msg: it is fine', 'got "it went wrong"'],
    ['eval instant at 0 a\n  expect fail', 'expected an error, got none'],
    [
      'eval instant at 0 warned\n  expect no_warn\n  warned 1',
      'expected no warn annotations, got "PromQL warning: odd (1:1)"',
    ],
    ['eval instant at 0 warned\n  expect info\n  warned 1', 'expected info annotation'],
    ['eval instant at 0 warned\n  expect warn msg: other\n  warned 1', 'expected warn annotation'],
    ['eval instant at 0 a\n  7', 'expected'],
    ['eval_warn instant at 0 a\n  a{x="1"} 1\n  a{x="2"} 5', 'expected warn annotation'],
    ['eval_info instant at 0 a\n  a{x="1"} 1\n  a{x="2"} 5', 'expected info annotation'],
    ['eval_fail instant at 0 a', 'expected an error, got none'],
    ['eval instant at 0 a+\n  expect fail', 'no name: a+'],
    ['eval range from 0 to 1m step 1m a+\n  expect fail msg: no name: a+', 'no name: a+'],
    ['frobnicate', 'invalid command'],
    ['load', 'invalid'],
    ['load 1m\n  m 1 2 z', 'm 1 2 z'],
    ['load 1m\n  m{a} 1', 'm{a} 1'],
    ['eval sometimes up', 'invalid'],
    ['eval range from 0 to 1m step 0 a', ''],
    ['clear\n  x 1', 'invalid command'],
    ['load 1m\n  a{x="1"} 1 9', 'out of order sample of {__name__="a", x="1"}'],
    ['load 1m\n  b {{schema:0 sum:5 count:4 buckets:[1 -2 1]}}', 'positive side'],
    ['load 1m\n  b {{schema:-53 sum:5 count:4 custom_values:[5 2] buckets:[1 2 1]}}', 'custom buckets'],
    ['load 1m\n  b@st 1m30s\n  b 1', 'expected a space'],
    ['load 1m\n  b@st _x0\n  b 1', 'expected a repeat count'],
    ['load 1m\n  b@st -1m\n  c 1', 'does not match'],
    ['load 1m\n  b@st -1m', 'no following sample line'],
    ['load_with_nhcb 1m\n  c_bucket{le="1"} 2\n  c_bucket{le="+Inf"} 1', 'go down'],
    ['load_with_nhcb 1m\n  c_bucket{le="+Inf"} 1\n  c_count 2', 'does not hold what is counted'],
    ['eval instant at 0 a\n  expect nothing', 'invalid expect statement'],
  ])('%j', async (script, message) => {
    const messages = await reasons(script);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(message);
  });
});

test('every eval counts as one test', async () => {
  const script =
    'eval instant at 1m nothing\n\neval instant at 1m boom\n  expect fail\n\neval instant at 1m boom\n';
  expect(await runScript(script, engine)).toEqual({
    passed: 2,
    failures: [
      { line: 6, command: 'eval instant at 1m boom', message: expect.stringContaining('it went wrong') },
    ],
  });
});

test('an instant query is tried as a range query and fixed in time as well', async () => {
  const asked: string[] = [];
  const spy: ScriptEngine = {
    parse: (query) => engine.parse(query),
    instant: (storage, query, timestampMs) => {
      asked.push(`${query} at ${timestampMs}`);
      return engine.instant(storage, query, timestampMs);
    },
    range: (storage, query, times) => {
      asked.push(`${query} from ${times.startMs} to ${times.endMs}`);
      return engine.range(storage, query, times);
    },
    pinned: (query) => query,
  };
  const { passed } = await runScript(`${DATA}\neval instant at 50s nothing\n`, spy);
  expect(passed).toBe(1);
  expect(asked).toEqual(
    expect.arrayContaining(['nothing at 50000', 'nothing from -10000 to 110000', 'nothing at 500000']),
  );
});

test('classic histograms are loaded as native ones too', async () => {
  const script = `clear

load_with_nhcb 1m
  c_bucket{le="1"} 1
  c_bucket{le="+Inf"} 3
  c_sum 9
  c_count 3

eval instant at 0 c
  c {{schema:-53 sum:9 count:3 custom_values:[1] buckets:[1 2]}}
`;
  expect((await runScript(script, engine)).failures).toEqual([]);
});
