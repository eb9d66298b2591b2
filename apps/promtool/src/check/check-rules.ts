import { ConfigError } from '@narthex/config';
import { compareText } from '@narthex/model';
import {
  loadRuleFile,
  parseRuleFile,
  type RuleFileChecks,
  RuleFileError,
  type RuleGroupSource,
} from '@narthex/rules';
import { type Tool } from '../tool.js';
import {
  BROKEN,
  exitCodeOf,
  LINTED,
  type LintSettings,
  PASSED,
  type Verdict,
  worse,
} from './lint-settings.js';

export interface RulesCheck {
  readonly lint: LintSettings;
  readonly ignoreUnknownFields: boolean;
  readonly checks: RuleFileChecks;
}

/** `promtool check rules`; without files, of what comes on standard input. */
export async function checkRules(files: readonly string[], options: RulesCheck, tool: Tool): Promise<number> {
  const verdict =
    files.length === 0 ? await checkInput(options, tool) : await checkRuleFiles(files, options, tool);
  return exitCodeOf(verdict, options.lint);
}

export async function checkRuleFiles(
  files: readonly string[],
  options: RulesCheck,
  tool: Tool,
): Promise<Verdict> {
  let verdict = PASSED;
  for (const file of files) {
    tool.out(`Checking ${file}\n`);
    verdict = worse(
      verdict,
      await checkGroups(() => loadRuleFile(file, options.checks, options), options.lint, tool),
    );
  }
  return verdict;
}

async function checkInput(options: RulesCheck, tool: Tool): Promise<Verdict> {
  tool.out('Checking standard input\n');
  const text = new TextDecoder().decode(await tool.input());
  return checkGroups(() => parseRuleFile(text, '', options.checks, options), options.lint, tool);
}

async function checkGroups(
  load: () => Promise<readonly RuleGroupSource[]>,
  lint: LintSettings,
  { out, error: complain }: Tool,
): Promise<Verdict> {
  let groups: readonly RuleGroupSource[];
  try {
    groups = await load();
  } catch (error) {
    complain('  FAILED:\n');
    for (const reason of reasonsOf(error)) complain(`${reason}\n`);
    return BROKEN;
  }
  const repeated = lint.duplicateRules ? duplicateRules(groups) : [];
  if (repeated.length > 0) {
    complain(`  FAILED:\n${duplicatesText(repeated)}\n`);
    out('\n');
    return LINTED;
  }
  out(`  SUCCESS: ${groups.reduce((sum, { rules }) => sum + rules.length, 0)} rules found\n\n`);
  return PASSED;
}

function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof RuleFileError) return error.reasons;
  if (error instanceof ConfigError) return [error.message];
  throw error;
}

type RuleSource = RuleGroupSource['rules'][number];

function nameOf(rule: RuleSource): string {
  return rule.record ?? rule.alert;
}

/** Each rule that stands there more than once under the same name and labels, once. */
function duplicateRules(groups: readonly RuleGroupSource[]): RuleSource[] {
  const counts = new Map<string, { readonly rule: RuleSource; count: number }>();
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    const key = `${nameOf(rule)}\n${rule.labels.key}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { rule, count: 1 });
    else known.count++;
  }
  return [...counts.values()]
    .filter(({ count }) => count > 1)
    .map(({ rule }) => rule)
    .sort((a, b) => compareText(nameOf(a), nameOf(b)) || a.labels.compare(b.labels));
}

function duplicatesText(rules: readonly RuleSource[]): string {
  const listed = rules.map((rule) => {
    const labels = [...rule.labels].map(([name, value]) => `\t${name}: ${value}\n`);
    return `Metric: ${nameOf(rule)}\nLabel(s):\n${labels.join('')}`;
  });
  const head = `lint error ${rules.length} duplicate rule(s) found.\n`;
  return `${head}${listed.join('')}Might cause inconsistency while recording expressions`;
}
