import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, temporaryFolder } from '@narthex/testkit';
import { StorageData } from './storage-data.js';
import { answerOf, questionsFor } from './storage-questions.js';
import { havePeers, StorageServer } from './storage-server.js';

/*
 * A data directory that our server wrote once and was killed over, and what the original Prometheus answered when it
 * was asked about it: both stand in testdata. NARTHEX_WRITE_GOLDEN=1 makes them anew, with NARTHEX_PEERS set.
 */

const PATIENCE_MS = 300_000;
const golden = join(__dirname, '../testdata');
const archive = join(golden, 'data.tar.gz');
const answersFile = join(golden, 'answers.json.gz');
const data = new StorageData(1_699_999_200);
const questions = questionsFor(data);
const folder = temporaryFolder('storage-golden');
const at = (name: string): string => join(folder.path, name);

function tar(...args: string[]): void {
  const { status, stderr } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
}

async function makeGolden(): Promise<void> {
  if (!havePeers) throw new Error('NARTHEX_PEERS names no folder with prometheus and promtool');
  const ours = await StorageServer.start({ make: 'ours', data: at('data'), folder: folder.path });
  await data.writeInto(ours);
  const blocks = (): string[] => readdirSync(at('data')).filter((name) => /^[0-9A-Z]{26}$/.test(name));
  await eventually('blocks', () => blocks().length >= 3, { timeoutMs: PATIENCE_MS });
  await ours.program.end('SIGKILL');
  mkdirSync(golden, { recursive: true });
  const owner = ['--owner=0', '--group=0', '--numeric-owner'];
  tar('-C', folder.path, ...owner, '--exclude=lock', '--exclude=queries.active', '-czf', archive, 'data');
  cpSync(at('data'), at('asked'), { recursive: true });
  const theirs = await StorageServer.start({ make: 'theirs', data: at('asked'), folder: folder.path });
  const answers: unknown[] = [];
  for (const question of questions) answers.push(await answerOf(theirs.url, question));
  await theirs.program.end();
  writeFileSync(answersFile, gzipSync(JSON.stringify(answers), { level: 9 }));
}

describe('the golden directory', () => {
  let server: StorageServer;
  let answers: unknown[];

  beforeAll(async () => {
    if (process.env.NARTHEX_WRITE_GOLDEN !== undefined) await makeGolden();
    mkdirSync(at('opened'));
    tar('-C', at('opened'), '-xzf', archive);
    answers = JSON.parse(gunzipSync(readFileSync(answersFile)).toString()) as unknown[];
    server = await StorageServer.start({ make: 'ours', data: at('opened/data'), folder: folder.path });
  }, PATIENCE_MS);

  afterAll(async () => {
    await server.program.end();
    folder.remove();
  }, PATIENCE_MS);

  test('opens without a complaint', () => {
    expect(existsSync(at('opened/data/wbl'))).toBe(true);
    expect(server.program.output).not.toMatch(/level=(WARN|ERROR)/);
    expect(answers).toHaveLength(questions.length);
  });

  test.each(questions.map((question, index) => [index, ...question] as const))(
    'question %d: %s %j',
    async (index, ...question) => {
      expect(await answerOf(server.url, question)).toEqual(answers[index]);
    },
  );
});
