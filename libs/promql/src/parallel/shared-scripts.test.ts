import { describe, expect, test } from '@jest/globals';
import { runScript, SCRIPT_SETTINGS } from '@narthex/promqltest';
import { type Queryable } from '@narthex/storage';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../engine/engine.js';
import { type QueryControl } from '../engine/options.js';
import { crew, GivingStorage, HastyClock } from './crew-under-test.js';

const folder = join(__dirname, '../../testdata');

describe('with helpers, however little there is to do', () => {
  let offers = 0;

  test.each(readdirSync(folder).filter((name) => name.endsWith('.test')))('%s', async (name) => {
    const settings = { ...SCRIPT_SETTINGS, timeoutMs: Infinity, leastSharedSamples: 1 };
    const engine = new Engine({ clock: new HastyClock(), ...settings });
    const help = async <T>(
      storage: Queryable,
      ask: (giving: Queryable, control: QueryControl) => Promise<T>,
    ): Promise<T> => {
      const giving = new GivingStorage(storage);
      const { control, blocks } = crew(giving, 2);
      try {
        return await ask(giving, control);
      } finally {
        await blocks();
        offers += giving.given.size;
      }
    };
    const { passed, failures } = await runScript(readFileSync(join(folder, name), 'utf8'), {
      parse: (query) => void engine.parse(query),
      instant: (storage, query, timestampMs) =>
        help(storage, (giving, control) => engine.instant(giving, query, { timestampMs }, control)),
      range: (storage, query, times) =>
        help(storage, (giving, control) => engine.range(giving, query, times, control)),
    });
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });

  test('did help', () => {
    expect(offers).toBeGreaterThan(10);
  });
});
