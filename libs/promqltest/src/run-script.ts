import { type ScriptEngine } from './engine.js';
import { load } from './load.js';
import { MemoryStorage } from './memory-storage.js';
import { parseEval } from './parse-eval.js';
import { parseNumber } from './parse-number.js';
import { runEval } from './run-eval.js';

/** Something that did not go as the script says. */
export interface ScriptFailure {
  /** From 1 on. */
  readonly line: number;
  /** The line as written. */
  readonly command: string;
  /** What was expected and what came. */
  readonly message: string;
}

export interface ScriptReport {
  readonly passed: number;
  readonly failures: readonly ScriptFailure[];
}

/**
 * Runs a script in upstream's `.test` language
 * (https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md). Every `eval` is a test; a command
 * that cannot be read or carried out is a failed one. Nothing is skipped.
 */
export async function runScript(text: string, engine: ScriptEngine): Promise<ScriptReport> {
  let storage = new MemoryStorage();
  let passed = 0;
  const failures: ScriptFailure[] = [];
  for (const { line, header, body } of commandsOf(text)) {
    let wrong: string | undefined;
    try {
      const name = /^[a-z_]+/i.exec(header)?.[0].toLowerCase() ?? '';
      if (name.startsWith('eval')) wrong = await runEval(parseEval(header, body), storage, engine);
      else if (name.startsWith('load')) load(storage, header, body);
      else if (/^clear$/i.test(header)) storage = new MemoryStorage();
      else wrong = 'invalid command';
      if (wrong === undefined && name.startsWith('eval')) passed++;
    } catch (error) {
      wrong = error instanceof Error ? error.message : String(error);
    }
    if (wrong !== undefined) failures.push({ line, command: header, message: wrong });
  }
  return { passed, failures };
}

interface ScriptCommand {
  readonly line: number;
  readonly header: string;
  readonly body: readonly string[];
}

/**
 * A command is a line and what stands right below it; comments and blank lines end it, as do `clear`, a number that an
 * `eval` is to give, and the message or pattern that an `eval_fail` is to fail with.
 */
function commandsOf(text: string): readonly ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  let body: string[] | undefined;
  let isEval = false;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) body = undefined;
    else if (body === undefined) {
      commands.push({ line: i + 1, header: line, body: (body = []) });
      isEval = /^eval/i.test(line);
      if (/^clear$/i.test(line)) body = undefined;
    } else {
      body.push(line);
      if (isEval && (parseNumber(line) !== undefined || /^expected_fail_(?:message|regexp)/.test(line)))
        body = undefined;
    }
  }
  return commands;
}
