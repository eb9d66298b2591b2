import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeWriteRequestV1 } from '@narthex/remote';
import { eventually, freePort, peerProgram, temporaryFolder } from '@narthex/testkit';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bundle, type RunningServer } from '../testing/built-server.js';
import { sendWrite } from '../testing/write/send-write.js';
import { OWN_WRITE_ANSWERS, UPSTREAM_WRITE_ANSWERS } from '../testing/write/write-answers.js';
import { type WriteCase } from '../testing/write/write-case.js';
import { WRITE_CASES } from '../testing/write/write-cases.js';

const prometheus = peerProgram('prometheus');
const describeWithPrometheus = prometheus === undefined ? describe.skip : describe;

/** Starts of servers, on a machine that may be busy. */
const PATIENCE_MS = 120_000;
const FEATURES = '--enable-feature=native-histograms,exemplar-storage';

let bundle: Bundle;
const folder = temporaryFolder('server-write');
const running: RunningServer[] = [];
const peers: ChildProcess[] = [];
const config = join(folder.path, 'prometheus.yml');

beforeAll(async () => {
  bundle = await Bundle.build();
  writeFileSync(config, 'global: {}\n');
}, PATIENCE_MS);

afterEach(async () => {
  for (const server of running.splice(0)) await server.end('SIGKILL');
  for (const peer of peers.splice(0)) {
    peer.kill('SIGKILL');
    if (peer.exitCode === null && peer.signalCode === null) await once(peer, 'exit');
  }
});

afterAll(() => {
  bundle.remove();
  folder.remove();
});

async function start(data: string, ...more: string[]): Promise<string> {
  const path = join(folder.path, data);
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${path}`,
    '--web.listen-address=127.0.0.1:0',
  ];
  const server = bundle.run([...flags, FEATURES, ...more], folder.path);
  running.push(server);
  return eventually('the server to be ready', () => server.url(), { timeoutMs: PATIENCE_MS });
}

async function startPeer(data: string): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder.path, data)}`, FEATURES];
  const peer = spawn(
    prometheus!,
    [...flags, `--web.listen-address=${address}`, '--web.enable-remote-write-receiver'],
    { cwd: folder.path, stdio: 'ignore' },
  );
  peers.push(peer);
  const url = `http://${address}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually('Prometheus to be ready', async () => ((await isReady()) ? url : undefined), {
    timeoutMs: PATIENCE_MS,
  });
  return url;
}

/** The newest sample of every series, without its time. */
async function contents(url: string): Promise<string[]> {
  // Upstream stores histograms of unknown schemas, and falls over them when they are asked for.
  const query = '{__name__=~".+",__name__!~"h_schema.*|some"}';
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  });
  const { data } = (await response.json()) as {
    data: { result: { metric: unknown; value?: [number, string]; histogram?: [number, unknown] }[] };
  };
  return data.result
    .map(({ metric, value, histogram }) => JSON.stringify([metric, value?.[1] ?? histogram?.[1]]))
    .sort();
}

function expected(write: WriteCase): unknown {
  return UPSTREAM_WRITE_ANSWERS[write.name] ?? { status: 204, text: '' };
}

describe('/api/v1/write', () => {
  test(
    'answers as upstream, but where it says that it does not',
    async () => {
      const url = await start('answers', '--web.enable-remote-write-receiver');
      const nowMs = Date.now();
      for (const write of WRITE_CASES) {
        const answer = await sendWrite(url, write, nowMs);
        expect([write.name, answer]).toEqual([write.name, OWN_WRITE_ANSWERS[write.name] ?? expected(write)]);
      }
    },
    PATIENCE_MS,
  );

  test(
    'what was acknowledged survives a kill',
    async () => {
      const url = await start('killed', '--web.enable-remote-write-receiver');
      const nowMs = Date.now();
      const message = (round: number): Uint8Array =>
        encodeWriteRequestV1(
          Array.from({ length: 200 }, (_, n) => ({
            labels: [
              ['__name__', 'survivor'],
              ['n', String(n)],
            ] as const,
            samples: { timestampsMs: [nowMs - 10_000 + round], values: Float64Array.of(round) },
          })),
        );
      for (let round = 0; round < 20; round++) {
        const answer = await sendWrite(url, { name: '', message: () => message(round) }, nowMs);
        expect(answer).toEqual({ status: 204, text: '' });
      }
      await running[0]!.end('SIGKILL');
      const again = await start('killed');
      const query = 'sum(count_over_time(survivor[1h])) + max(last_over_time(survivor[1h])) / 100';
      const response = await fetch(`${again}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query }),
      });
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      expect(data.result[0]?.value[1]).toBe('4000.19');
    },
    PATIENCE_MS,
  );
});

describeWithPrometheus('beside Prometheus', () => {
  test(
    'the answers are those that stand here, and both hold the same then',
    async () => {
      const own = await start('beside-own', '--web.enable-remote-write-receiver');
      const upstream = await startPeer('beside-upstream');
      const nowMs = Date.now();
      for (const write of WRITE_CASES) {
        await sendWrite(own, write, nowMs);
        const answer = await sendWrite(upstream, write, nowMs);
        const breaksOff = answer === undefined && OWN_WRITE_ANSWERS[write.name] !== undefined;
        const ownAnswer = OWN_WRITE_ANSWERS[write.name]?.text ?? '';
        if (breaksOff || (ownAnswer !== '' && answer?.text.startsWith(ownAnswer))) continue;
        expect([write.name, answer]).toEqual([write.name, expected(write)]);
      }
      const held = await contents(upstream);
      expect(held.length).toBeGreaterThan(30);
      expect(await contents(own)).toEqual(held);
    },
    PATIENCE_MS,
  );
});
