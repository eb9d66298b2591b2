import { readFile } from 'node:fs/promises';
import { type Clock, systemClock } from '@narthex/process';
import { Engine, parseExpression } from '@narthex/promql';
import { runScript, SCRIPT_SETTINGS, type ScriptEngine } from '@narthex/promqltest';
import { pinQuery } from './pin-query.js';

/**
 * `promtool test promql FILE…`: runs scripts in upstream's PromQL test language, prints each line that fails with what
 * was expected and what came, then `N passed, N failed`. Exit code 1 when any failed or could not be read.
 */
export async function testPromql(files: readonly string[], write: (text: string) => void): Promise<number> {
  const engine = scriptEngine(systemClock);
  let [passed, failed] = [0, 0];
  for (const file of files) {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
      failed++;
      continue;
    }
    const report = await runScript(text, engine);
    passed += report.passed;
    failed += report.failures.length;
    for (const { line, command, message } of report.failures) {
      write(`${file}:${line}: ${command}\n${message.replace(/^/gm, '    ')}\n`);
    }
    write(`${file}: ${report.passed} of ${report.passed + report.failures.length}\n`);
  }
  write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** Our engine, set up as the scripts expect it. */
function scriptEngine(clock: Clock): ScriptEngine {
  const engine = new Engine({ clock, ...SCRIPT_SETTINGS });
  return {
    parse: (query) => void engine.parse(query),
    instant: (storage, query, timestampMs) => engine.instant(storage, query, { timestampMs }),
    range: (storage, query, times) => engine.range(storage, query, times),
    pinned: (query, timestampMs) => pinQuery(parseExpression(query, SCRIPT_SETTINGS.features), timestampMs),
  };
}
