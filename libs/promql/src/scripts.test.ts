import { expect, test } from '@jest/globals';
import { runScript, SCRIPT_SETTINGS } from '@narthex/promqltest';
import { systemClock } from '@narthex/process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from './engine/engine.js';

const folder = join(__dirname, '../testdata');

test.each(readdirSync(folder).filter((name) => name.endsWith('.test')))('%s', async (name) => {
  const engine = new Engine({ clock: systemClock, ...SCRIPT_SETTINGS });
  const { passed, failures } = await runScript(readFileSync(join(folder, name), 'utf8'), {
    parse: (query) => void engine.parse(query),
    instant: (storage, query, timestampMs) => engine.instant(storage, query, { timestampMs }),
    range: (storage, query, times) => engine.range(storage, query, times),
  });
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(0);
});
