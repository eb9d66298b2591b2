import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { RecordingLogger, silentLogger } from '@narthex/testkit';
import xxhash from 'xxhash-wasm';
import { alertHash } from '../notify/alert-hash';
import { SnapshotError } from './errors';
import { readNotificationLog, writeNotificationLog } from './nflog-snapshot';
import { readSilences, writeSilences } from './silence-snapshot';

/** Files that the real Alertmanager 0.33.1 wrote. */
const golden = (name: string): Buffer => readFileSync(join(__dirname, 'testdata', name));

describe('silences', () => {
  const silences = readSilences(golden('silences.snapshot'), silentLogger());

  test('reads what the real program wrote', () => {
    expect(silences).toHaveLength(2);
    expect(silences[0]).toMatchObject({
      silence: {
        id: '25bb7164-e1e8-4a01-b9fe-e87d6503a581',
        startsAtMs: Date.parse('2038-01-01T00:00:00Z'),
        endsAtMs: Date.parse('2039-01-01T00:00:00Z'),
        createdBy: 'me',
        comment: 'c',
        annotations: new Map(),
      },
      expiresAtMs: Date.parse('2039-01-06T00:00:00Z'),
    });
    expect(silences.map(({ silence }) => silence.matcherSets.map(String))).toEqual([
      ['a!~"b",z!="x\\"y"'],
      ['alertname="zero"'],
    ]);
    expect(silences[1]?.silence.annotations).toEqual(new Map([['k', 'v']]));
  });

  test('writes what it reads', () => {
    // Fractions of milliseconds are lost, so the bytes differ in two times.
    const again = readSilences(writeSilences(silences), silentLogger());
    expect(JSON.stringify(again)).toBe(JSON.stringify(silences));
    expect(again.map(({ silence }) => silence.matcherSets.map(String))).toEqual(
      silences.map(({ silence }) => silence.matcherSets.map(String)),
    );
  });

  test('leaves out a silence whose matchers cannot be compiled, and says so', () => {
    const bytes = Buffer.from(
      golden('silences.snapshot').toString('latin1').replaceAll('\x01a\x1a\x01b', '\x01a\x1a\x01('),
      'latin1',
    );
    const logger = new RecordingLogger();
    expect(readSilences(bytes, logger)).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ level: 'error', fields: { silence_id: silences[0]?.silence.id } }]);
  });

  test('a file cut anywhere is whole messages or an error', () => {
    const bytes = golden('silences.snapshot');
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      try {
        expect(readSilences(cut, silentLogger()).length).toBeLessThan(2);
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotError);
      }
    }
  });
});

describe('notification log', () => {
  const entries = readNotificationLog(golden('nflog.snapshot'));

  test('reads what the real program wrote, its hashes of alerts included', async () => {
    const hash = alertHash(await xxhash());
    const key = { receiver: 'h', integration: 'webhook', index: 0 };
    const common = { key, receiverData: new Map() };
    expect([...entries].sort((a, b) => (a.groupKey < b.groupKey ? -1 : 1))).toMatchObject([
      {
        ...common,
        groupKey: '{}:{a="x"}',
        firing: new Set([hash(Labels.of({ a: 'x', b: 'Zoë' }))]),
        resolved: new Set(),
      },
      {
        ...common,
        groupKey: '{}:{a="y"}',
        firing: new Set(),
        resolved: new Set([hash(Labels.of({ a: 'y' }))]),
      },
    ]);
    for (const { timestampMs, expiresAtMs } of entries) expect(expiresAtMs - timestampMs).toBe(2 * 3_600_000);
  });

  test('writes what it reads, data of receivers included', () => {
    const receiverData = new Map<string, string | number | bigint>([
      ['text', 'x'],
      ['whole', 2n ** 60n],
      ['part', 1.5],
    ]);
    const withData = entries.map((entry) => ({ ...entry, receiverData }));
    expect(readNotificationLog(writeNotificationLog(withData))).toEqual(withData);
  });
});
