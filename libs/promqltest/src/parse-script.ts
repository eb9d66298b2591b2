import { ScriptError } from './errors.js';
import { noExpectations, type ExpectationsDraft, readExpectation } from './parse-expectations.js';
import { parseNumber, parseTime } from './parse-number.js';
import { parseSeries } from './parse-series.js';
import { type EvalCommand, type LoadCommand, type ScriptCommand, type ScriptSeries } from './script.js';

interface Line {
  readonly number: number;
  readonly text: string;
}

const COMMAND = /^(load|load_with_nhcb|clear|eval|eval_fail|eval_warn|eval_info|eval_ordered)(?=\s|$)/;
const LOAD = /^load(_with_nhcb)?\s+(\S+)$/;
const INSTANT = /^eval(?:_(fail|warn|info|ordered))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;

/**
 * Reads a script of the PromQL test language
 * (https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md). What it does not understand becomes
 * a command of kind `bad` in its place; nothing is passed over.
 */
export function parseScript(text: string): readonly ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  for (const [head, ...body] of blocksOf(text)) {
    try {
      commands.push(readCommand(head!, body));
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      commands.push({ kind: 'bad', line: head!.number, reason: error.message });
    }
  }
  return commands;
}

/** Each command with the lines that belong to it; comments and empty lines left out. */
function blocksOf(text: string): readonly (readonly Line[])[] {
  const blocks: Line[][] = [];
  for (const [i, raw] of text.split('\n').entries()) {
    const line = { number: i + 1, text: raw.trim() };
    if (line.text === '' || line.text.startsWith('#')) continue;
    const isIndented = /^\s/.test(raw);
    const belongs = blocks.length > 0 && !COMMAND.test(line.text) && (isIndented || belongsToEval(line.text));
    if (belongs) blocks.at(-1)!.push(line);
    else blocks.push([line]);
  }
  return blocks;
}

/** Lines of an eval may stand at the margin. */
function belongsToEval(text: string): boolean {
  return (
    /^(expect|expected_fail_message|expected_fail_regexp)(\s|$)/.test(text) ||
    /^[a-zA-Z_:{]\S*.*\s[^\s]/.test(text) ||
    /^[\d.+-]/.test(text)
  );
}

function readCommand(head: Line, body: readonly Line[]): ScriptCommand {
  if (head.text === 'clear') {
    if (body.length > 0) throw new ScriptError(`unexpected "${body[0]!.text}" behind clear`);
    return { kind: 'clear', line: head.number };
  }
  if (head.text.startsWith('load')) return readLoad(head, body);
  if (head.text.startsWith('eval')) return readEval(head, body);
  throw new ScriptError(`unknown command "${head.text}"`);
}

function readLoad(head: Line, body: readonly Line[]): LoadCommand {
  const parts = LOAD.exec(head.text);
  if (parts === null) throw new ScriptError('load takes a step');
  const stepMs = parseTime(parts[2]!);
  if (stepMs <= 0) throw new ScriptError('the step of load is positive');
  return {
    kind: 'load',
    line: head.number,
    stepMs,
    withCustomBuckets: parts[1] !== undefined,
    series: body.map(({ text }) => parseSeries(text)),
  };
}

function readEval(head: Line, body: readonly Line[]): EvalCommand {
  const instant = INSTANT.exec(head.text);
  const range = RANGE.exec(head.text);
  const parts = instant ?? range;
  if (parts === null)
    throw new ScriptError('eval takes "instant at TIME QUERY" or "range from TIME to TIME step STEP QUERY"');
  const expect = noExpectations();
  applyVariant(parts[1], expect);
  const series: ScriptSeries[] = [];
  let scalar: number | undefined;
  for (const { text } of body) {
    if (text.startsWith('expect ')) readExpectation(text.slice('expect '.length).trim(), expect);
    else if (text.startsWith('expected_fail_message '))
      expect.fail = { match: 'exact', text: text.slice(22).trim() };
    else if (text.startsWith('expected_fail_regexp '))
      expect.fail = { match: 'regexp', text: text.slice(21).trim() };
    else if (/^[\d.+-]/.test(text) || /^([iI]nf|[nN]a[nN])\b$/.test(text)) scalar = parseNumber(text);
    else series.push(parseSeries(text));
  }
  const common = { kind: 'eval', line: head.number, expect, series, scalar } as const;
  if (instant !== null) {
    return {
      ...common,
      query: instant[3]!,
      at: { type: 'instant', timestampMs: parseTime(instant[2] ?? '0') },
    };
  }
  const [startMs = 0, endMs = 0, stepMs = 0] = parts.slice(2, 5).map((each) => parseTime(each));
  if (stepMs <= 0) throw new ScriptError('the step of a range is positive');
  if (endMs < startMs) throw new ScriptError('the end of a range is not before its start');
  return { ...common, query: parts[5]!, at: { type: 'range', startMs, endMs, stepMs } };
}

/** The commands of old: `eval_fail` is `eval` with `expect fail`, and so on. */
function applyVariant(variant: string | undefined, expect: ExpectationsDraft): void {
  if (variant === 'fail') expect.fail = { match: 'any' };
  if (variant === 'warn') expect.warnings = [{ match: 'any' }];
  if (variant === 'info') expect.infos = [{ match: 'any' }];
  if (variant === 'ordered') expect.ordered = true;
}
