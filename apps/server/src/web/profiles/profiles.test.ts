import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@narthex/process';
import express from 'express';
import { Profile } from 'pprof-format';
import { TestServer } from '../../testing/http.js';
import { encodePprof } from './call-tree.js';
import { cpuRoots, heapRoots } from './inspector-profiles.js';
import { mountProfiles } from './profiles.js';

const frame = (functionName: string, lineNumber = 0) => ({
  functionName,
  scriptId: '1',
  url: 'file:///a.js',
  lineNumber,
  columnNumber: 0,
});

/** Stacks, innermost first, with their values. */
function stacksOf(bytes: Uint8Array): string[] {
  const profile = Profile.decode(gunzipSync(bytes));
  const text = (index: number | bigint): string => profile.stringTable.strings[Number(index)]!;
  const nameOf = (id: number | bigint): string => {
    const location = profile.location.find((one) => Number(one.id) === Number(id))!;
    const { functionId, line } = location.line[0]!;
    const callee = profile.function.find((one) => Number(one.id) === Number(functionId))!;
    return `${text(callee.name)}:${line}`;
  };
  return profile.sample.map(
    ({ locationId, value }) => `${locationId.map(nameOf).join('<')} ${value.join(' ')}`,
  );
}

describe('profiles as pprof', () => {
  test('times: samples are counted by stack, idle ones left out', () => {
    const roots = cpuRoots({
      startTime: 0,
      endTime: 50_000,
      nodes: [
        { id: 1, callFrame: frame('(root)'), children: [2, 5] },
        { id: 2, callFrame: frame('outer', 9), children: [3, 4] },
        { id: 3, callFrame: frame('inner', 19) },
        { id: 4, callFrame: frame('') },
        { id: 5, callFrame: frame('(idle)') },
      ],
      samples: [3, 3, 2, 5, 4],
      timeDeltas: [10_000, 10_500, 9000, 10_000, 1],
    });
    const valueTypes = [
      ['samples', 'count'],
      ['cpu', 'nanoseconds'],
    ] as const;
    const bytes = encodePprof({ valueTypes, roots, startMs: 1_700_000_000_000, durationMs: 50, period: 7 });
    expect(stacksOf(bytes).sort()).toEqual([
      '(anonymous):1<outer:10 1 1000',
      'inner:20<outer:10 2 20500000',
      'outer:10 1 9000000',
    ]);
    const { timeNanos, durationNanos, period } = Profile.decode(gunzipSync(bytes));
    expect([timeNanos, durationNanos, period].map(BigInt)).toEqual([
      1_700_000_000_000_000_000n,
      50_000_000n,
      7n,
    ]);
  });

  test('memory: objects and bytes by stack', () => {
    const roots = heapRoots({
      head: {
        callFrame: frame('(root)'),
        selfSize: 0,
        id: 1,
        children: [
          {
            callFrame: frame('keep', 4),
            selfSize: 300,
            id: 2,
            children: [{ callFrame: frame('deep'), selfSize: 64, id: 3, children: [] }],
          },
        ],
      },
      samples: [{ nodeId: 2 }, { nodeId: 2 }, { nodeId: 3 }],
    });
    const valueTypes = [
      ['inuse_objects', 'count'],
      ['inuse_space', 'bytes'],
    ] as const;
    const bytes = encodePprof({ valueTypes, roots, startMs: 0, durationMs: 0, period: 1 });
    expect(stacksOf(bytes).sort()).toEqual(['deep:1<keep:5 1 64', 'keep:5 2 300']);
  });
});

describe('/debug/pprof', () => {
  let server: TestServer;
  beforeAll(async () => {
    const app = express();
    mountProfiles(app, systemClock);
    server = await TestServer.start(app);
  });
  afterAll(() => server.close());

  test.each([
    { name: 'profile', unit: 'nanoseconds' },
    { name: 'heap', unit: 'bytes' },
  ])('$name is a file for pprof', async ({ name, unit }) => {
    const answer = await fetch(`${server.url}/debug/pprof/${name}?seconds=1`);
    expect([
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('content-disposition'),
    ]).toEqual([200, 'application/octet-stream', `attachment; filename="${name}"`]);
    const profile = Profile.decode(gunzipSync(new Uint8Array(await answer.arrayBuffer())));
    expect(profile.stringTable.strings[Number(profile.sampleType[1]!.unit)]).toBe(unit);
  });

  test('one at a time', async () => {
    const answers = await Promise.all([1, 2].map(() => fetch(`${server.url}/debug/pprof/profile?seconds=1`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts).toContain('Could not enable CPU profiling: cpu profiling already in use\n');
  });
});
