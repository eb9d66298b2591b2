import { ConfigError, loadConfigFile, matchingFiles } from '@narthex/config';
import { compile } from '@narthex/regexp';
import { loadRuleFile, RuleFileError, type RuleGroupSource } from '@narthex/rules';
import { writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { errorText } from '../errors.js';
import { type PromqlFeatures } from '../global-flags.js';
import { ruleFileChecks } from '../rule-checks.js';
import { type Tool } from '../tool.js';
import { type JunitCase, junitReport, type JunitSuite } from './junit.js';
import { testFileSection } from './test-file.js';
import { runTestGroup } from './test-group.js';

const DEFAULT_INTERVAL_MS = 60_000;

export interface RulesTest {
  readonly files: readonly string[];
  /** Regular expressions: of the groups, those run that any of them finds something in. Empty for all. */
  readonly run: readonly string[];
  readonly diff: boolean;
  readonly debug: boolean;
  readonly ignoreUnknownFields: boolean;
  readonly features: PromqlFeatures;
  /** Where a report in XML goes. */
  readonly junitFile: string | undefined;
}

/** `promtool test rules` */
export async function testRules(options: RulesTest, tool: Tool): Promise<number> {
  const suites: JunitSuite[] = [];
  for (const file of options.files) {
    const suite = await runFile(file, options, tool);
    suites.push(suite);
    const faults = [...suite.errors, ...suite.cases.flatMap(({ failures }) => failures)];
    if (faults.length === 0) tool.out('  SUCCESS\n');
    else tool.error('  FAILED:\n');
    for (const fault of faults) {
      tool.error(`${fault}\n`);
      tool.out('\n');
    }
    tool.out('\n');
  }
  if (options.junitFile !== undefined) await writeFile(options.junitFile, junitReport(suites));
  return suites.some(
    ({ errors, cases }) => errors.length > 0 || cases.some(({ failures }) => failures.length > 0),
  )
    ? 1
    : 0;
}

async function runFile(file: string, options: RulesTest, tool: Tool): Promise<JunitSuite> {
  const broken = (error: unknown): JunitSuite => ({
    name: file,
    startedMs: undefined,
    cases: [],
    errors: [errorText(error)],
  });
  let content;
  let ruleFiles: readonly string[];
  try {
    content = (await loadConfigFile(file, testFileSection)).value;
    ruleFiles = await existingRuleFiles(content.rule_files, dirname(file), tool);
  } catch (error) {
    return broken(error);
  }
  const order = new Map<string, number>();
  for (const [i, name] of content.group_eval_order.entries()) {
    if (order.has(name)) return broken(`group name repeated in evaluation order: ${name}`);
    order.set(name, i);
  }
  const startedMs = tool.clock.nowMs();
  const sought = options.run.map((pattern) => compile(pattern));
  const cases: JunitCase[] = [];
  for (const [i, group] of content.tests.entries()) {
    if (sought.length > 0 && !sought.some((pattern) => pattern.test(group.name))) continue;
    const name = group.name === '' ? `unnamed#${i}` : group.name;
    const loaded = await loadGroups(ruleFiles, options, tool);
    if ('reasons' in loaded) {
      cases.push({ name, failures: loaded.reasons });
      continue;
    }
    const sources = [...loaded.groups].sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
    const test = {
      title: name,
      group,
      sources,
      evaluationIntervalMs: content.evaluation_interval || DEFAULT_INTERVAL_MS,
      fuzzy: content.fuzzy_compare,
      features: options.features,
      diff: options.diff,
      debug: options.debug,
    };
    cases.push({ name, failures: await runTestGroup(test, tool) });
  }
  return { name: file, startedMs, cases, errors: [] };
}

async function existingRuleFiles(
  patterns: readonly string[],
  folder: string,
  { error }: Tool,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const given of patterns) {
    const pattern = given === '' || isAbsolute(given) ? given : join(folder, given);
    const files = await matchingFiles(pattern);
    if (files.length === 0) error(`  WARNING: no file match pattern ${pattern}\n`);
    found.push(...files);
  }
  return found;
}

type LoadedGroups = { readonly groups: readonly RuleGroupSource[] } | { readonly reasons: readonly string[] };

async function loadGroups(files: readonly string[], options: RulesTest, tool: Tool): Promise<LoadedGroups> {
  const checks = ruleFileChecks(options.features, tool);
  const groups: RuleGroupSource[] = [];
  for (const file of files) {
    try {
      groups.push(...(await loadRuleFile(file, checks, options)));
    } catch (error) {
      if (error instanceof RuleFileError) return { reasons: error.reasons };
      if (error instanceof ConfigError) return { reasons: [error.message] };
      throw error;
    }
  }
  return { groups };
}
