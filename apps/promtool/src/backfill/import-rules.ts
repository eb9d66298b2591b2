import { compileDecodeKernel } from '@narthex/chunks';
import { LabelsBuilder, METRIC_NAME } from '@narthex/model';
import { createLogger, type Logger } from '@narthex/process';
import { loadRuleFile, type RecordingRuleSource, RuleFileError, type RuleGroupSource } from '@narthex/rules';
import { clientFor } from '../api/http-config.js';
import { PrometheusApi } from '../api/prometheus-api.js';
import { errorText, ToolError, trying } from '../errors.js';
import { ruleFileChecks } from '../rule-checks.js';
import { parseTime, secondsText } from '../time-argument.js';
import { type Tool } from '../tool.js';
import { BackfillBlock } from './backfill-block.js';
import { blockDurationFor, blockStart } from './block-duration.js';
import { evaluationOffsetMs, firstEvaluation } from './group-times.js';
import { rangeResult } from './range-result.js';

/** How far back the end is where none is given: what is newer the server has still in its head. */
const DEFAULT_AGE_MS = 3 * 3600 * 1000;

export interface RulesImport {
  readonly server: string;
  /** Of the HTTP client. */
  readonly configFile: string | undefined;
  readonly files: readonly string[];
  /** As given. */
  readonly start: string;
  /** As given; '' for three hours ago. */
  readonly end: string;
  readonly outputFolder: string;
  /** Of groups that give none. */
  readonly intervalMs: number;
  readonly maxBlockDurationMs: number;
}

/** `promtool tsdb create-blocks-from rules`: what recording rules would have recorded, asked of a server. */
export async function importRules(options: RulesImport, tool: Tool): Promise<number> {
  const startMs = await trying('error parsing start time', () => parseTime(options.start));
  const endMs =
    options.end === ''
      ? tool.clock.nowMs() - DEFAULT_AGE_MS
      : await trying('error parsing end time', () => parseTime(options.end));
  if (startMs >= endMs) throw new ToolError('start time is not before end time');
  if (options.intervalMs <= 0) throw new ToolError('the evaluation interval has to be greater than 0');
  const client = await clientFor(options.configFile);
  try {
    const api = new PrometheusApi(client, options.server);
    return await new RuleImporter(api, options, { startMs, endMs }, tool).run();
  } finally {
    await client.close();
  }
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

class RuleImporter {
  readonly #api: PrometheusApi;
  readonly #options: RulesImport;
  readonly #range: Range;
  readonly #tool: Tool;
  readonly #logger: Logger;
  readonly #kernelModule = compileDecodeKernel();

  constructor(api: PrometheusApi, options: RulesImport, range: Range, tool: Tool) {
    this.#api = api;
    this.#options = options;
    this.#range = range;
    this.#tool = tool;
    const logger = createLogger({ write: tool.error, nowMs: () => tool.clock.nowMs() });
    this.#logger = logger.with({ component: 'backfiller' });
  }

  async run(): Promise<number> {
    const { startMs, endMs } = this.#range;
    this.#logger.info('new rule importer', { start: rfc822(startMs), end: rfc822(endMs) });
    const groups = await this.#loadGroups();
    if (groups === undefined) return 1;
    const failures: string[] = [];
    for (const group of groups) {
      this.#logger.info('processing group', { name: `${group.file};${group.name}` });
      for (const [id, rule] of group.rules.entries()) {
        if (rule.record === undefined) continue;
        this.#logger.info('processing rule', { id, name: rule.record });
        try {
          await this.#importRule(group, rule);
        } catch (error) {
          failures.push(errorText(error));
        }
      }
    }
    if (failures.length === 0) return 0;
    for (const failure of failures) this.#tool.error(`rule importer error: ${failure}\n`);
    throw new ToolError('error importing rules');
  }

  /** Undefined where there are mistakes, which have been told. */
  async #loadGroups(): Promise<RuleGroupSource[] | undefined> {
    const checks = ruleFileChecks({}, this.#tool);
    const groups: RuleGroupSource[] = [];
    for (const file of this.#options.files) {
      try {
        groups.push(...(await loadRuleFile(file, checks)));
      } catch (error) {
        if (!(error instanceof RuleFileError)) throw error;
        for (const reason of error.reasons) this.#tool.error(`rule importer parse error: ${reason}\n`);
        return undefined;
      }
    }
    return groups;
  }

  /** Block by block, as they will be. */
  async #importRule(group: RuleGroupSource, rule: RecordingRuleSource): Promise<void> {
    const durationMs = blockDurationFor(this.#options.maxBlockDurationMs);
    const intervalMs = group.intervalMs ?? this.#options.intervalMs;
    const offsetMs = await evaluationOffsetMs(group.file, group.name, intervalMs);
    const wholeSeconds = (timeMs: number): number => Math.floor(timeMs / 1000) * 1000;
    const [firstMs, lastMs] = [wholeSeconds(this.#range.startMs), wholeSeconds(this.#range.endMs)];
    for (let blockMs = blockStart(firstMs, durationMs); blockMs <= lastMs; blockMs += durationMs) {
      const startMs = firstEvaluation(Math.max(blockMs, firstMs), offsetMs, intervalMs);
      const endMs = Math.min(wholeSeconds(blockMs + durationMs - 1), lastMs);
      if (endMs < startMs) break;
      await this.#importRange(rule, { startMs, endMs }, intervalMs, durationMs);
    }
  }

  async #importRange(
    rule: RecordingRuleSource,
    { startMs, endMs }: Range,
    intervalMs: number,
    durationMs: number,
  ): Promise<void> {
    const answer = await trying('query range', () =>
      this.#api.call('/api/v1/query_range', [
        ['query', rule.expression],
        ['start', secondsText(startMs)],
        ['end', secondsText(endMs)],
        ['step', secondsText(intervalMs)],
      ]),
    );
    if (answer.warnings.length > 0) {
      this.#logger.warn('Range query returned warnings.', { warnings: answer.warnings.join('; ') });
    }
    const block = new BackfillBlock({
      folder: this.#options.outputFolder,
      chunkRangeMs: 2 * durationMs,
      clock: this.#tool.clock,
      kernelModule: this.#kernelModule,
    });
    for (const { labels, samples } of rangeResult(answer.data)) {
      const builder = new LabelsBuilder(labels);
      for (const [name, value] of rule.labels) builder.set(name, value);
      const series = block.series(builder.set(METRIC_NAME, rule.record).labels());
      for (const [timestampMs, value] of samples) block.note(series, timestampMs, value);
      await trying('add: multiappender append', () => block.settle());
    }
    await trying('flush and commit', () => block.flush());
  }
}

/** `02 Jan 23 04:00 UTC` */
function rfc822(timestampMs: number): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d\d) (\w+) \d\d(\d\d) (\d\d:\d\d)/.exec(new Date(timestampMs).toUTCString()) ?? [];
  return `${day} ${month} ${year} ${time} UTC`;
}
