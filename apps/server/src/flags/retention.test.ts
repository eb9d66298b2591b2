import { describe, expect, test } from '@jest/globals';
import { parseFlags } from '@narthex/process';
import { parseServerConfig } from '@narthex/server-config';
import { serverFlags, type ServerFlags } from './flags.js';
import { maxBlockDurationMs, retentionOf, storageRetention, withStorageDefaults } from './retention.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function flags(...argv: string[]): ServerFlags {
  const outcome = parseFlags({ program: 'prometheus', about: '' }, serverFlags, argv);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  return outcome.values;
}

describe('what is kept', () => {
  test.each<[string[], string, number, string]>([
    [[], '', 36 * HOUR, '15d'],
    [['--storage.tsdb.retention.time=30d'], '', 72 * HOUR, '30d'],
    [['--storage.tsdb.retention.size=1GB'], '', 31 * DAY, '1GiB'],
    [['--storage.tsdb.retention.size=1GB', '--storage.tsdb.retention.time=2y'], '', 31 * DAY, '2y or 1GiB'],
    [['--storage.tsdb.retention.size=-5MB'], '', 31 * DAY, '-5MiB'],
    [['--storage.tsdb.retention.size=-5MB'], '{time: 10d}', DAY, '10d'],
    [['--storage.tsdb.max-block-duration=5d'], '', 5 * DAY, '15d'],
    [['--storage.tsdb.retention.time=30d'], '{time: 10d}', DAY, '10d'],
    [['--storage.tsdb.retention.time=30d'], '{size: 2MB}', 31 * DAY, '2MiB'],
    [[], '{percentage: 80}', 31 * DAY, '80%'],
    [['--storage.tsdb.retention.time=30d'], '{}', 72 * HOUR, '30d'],
  ])('%j and the configuration %j', async (argv, retention, blockMs, shown) => {
    const text = retention === '' ? '' : `storage: {tsdb: {retention: ${retention}}}\n`;
    const { config } = await parseServerConfig(text, 'prometheus.yml', { environment: {} });
    const settings = retentionOf(flags(...argv), config);
    expect(storageRetention(flags(...argv), config)).toBe(shown);
    expect(maxBlockDurationMs(flags(...argv), settings)).toBe(blockMs);
  });

  test('the flags are shown with what follows from them', () => {
    const shown = withStorageDefaults(flags());
    expect(shown['storage.tsdb.retention.time']).toBe(15 * DAY);
    expect(shown['storage.tsdb.max-block-duration']).toBe(36 * HOUR);
  });
});
