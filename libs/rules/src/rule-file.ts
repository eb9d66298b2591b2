import {
  anything,
  ConfigError,
  decodeConfig,
  type DecodeOptions,
  duration,
  integer,
  isLabelName,
  labels,
  list,
  readConfigText,
  section,
  text,
} from '@narthex/config';
import { Labels, METRIC_NAME, quoteGo } from '@narthex/model';
import { type z } from 'zod';
import { positionAt } from './position.js';
import { type RuleGroupSource } from './rule-source.js';
import { type AlertTemplates } from './template/alert-templates.js';

/** An empty value is more than none: it takes the label away from what the expression finds. */
const ruleLabels = () => labels(undefined, { anyName: true, keepEmpty: true });

const mapFields = {
  labels: ruleLabels(),
  annotations: ruleLabels(),
};

const ruleSection = section('rulefmt.Rule', {
  record: text(),
  alert: text(),
  expr: text(),
  for: duration(),
  keep_firing_for: duration(),
  ...mapFields,
});

const groupSection = section('rulefmt.RuleGroup', {
  name: text(),
  interval: duration(),
  query_offset: duration({ default: -1 }),
  limit: integer(),
  labels: ruleLabels(),
  rules: list(ruleSection, { goType: '[]rulefmt.Rule' }),
});

const fileSection = section('rulefmt.RuleGroups', {
  groups: list(groupSection, { goType: '[]rulefmt.RuleGroup' }),
});

/**
 * Upstream reads a file twice, and tells what is wrong both times: first for its values, then for their lines, when it
 * does not mind what names and expressions are, nor fields that it does not know.
 */
const positionsSection = section('rulefmt.ruleGroups', {
  groups: list(
    section('rulefmt.RuleGroupNode', {
      name: text(),
      interval: duration(),
      query_offset: duration(),
      limit: integer(),
      labels: ruleLabels(),
      rules: list(
        section('rulefmt.RuleNode', {
          record: anything(),
          alert: anything(),
          expr: anything(),
          for: duration(),
          keep_firing_for: duration(),
          ...mapFields,
        }),
        { goType: '[]rulefmt.RuleNode' },
      ),
    }),
    { goType: '[]rulefmt.RuleGroupNode' },
  ),
});

type FileRule = z.output<typeof ruleSection>;
type FileGroup = z.output<typeof groupSection>;

/** What a rule file's expressions and templates are checked with. */
export interface RuleFileChecks {
  /** The expression in its normal form. Throws an Error with the parser's words. */
  readonly normalize: (expression: string) => string;
  readonly templates: AlertTemplates;
}

/** Every mistake of a rule file, each a line `file: line:column: group "g", rule 1, "name": what`. */
export class RuleFileError extends Error {
  override readonly name = 'RuleFileError';
  readonly code = 'RULE_FILE';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[], options?: ErrorOptions) {
    super(reasons.join('\n'), options);
    this.reasons = reasons;
  }
}

/**
 * Reads a rule file
 * (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/#configuring-rules).
 * @throws RuleFileError
 */
export async function loadRuleFile(
  file: string,
  checks: RuleFileChecks,
  options: DecodeOptions = {},
): Promise<readonly RuleGroupSource[]> {
  try {
    return await parseRuleFile(await readConfigText(file), file, checks, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new RuleFileError([`${file}: ${error.message}`], { cause: error });
  }
}

/** As {@link loadRuleFile}, for a text at hand. Reasons name no file where that is empty. */
export async function parseRuleFile(
  content: string,
  file: string,
  checks: RuleFileChecks,
  options: DecodeOptions = {},
): Promise<readonly RuleGroupSource[]> {
  const { groups } = decodedFile(content, file, options);
  const where = file === '' ? '' : `${file}: `;
  const reasons: string[] = [];
  const at = (path: readonly (string | number)[]): string => positionAt(content, path);
  const names = new Set<string>();
  const sources: RuleGroupSource[] = [];
  for (const [i, group] of groups.entries()) {
    if (group.name === '') reasons.push(`${where}0:0: Groupname must not be empty`);
    if (names.has(group.name)) {
      reasons.push(`${where}0:0: groupname: ${quoteGo(group.name)} is repeated in the same file`);
    }
    names.add(group.name);
    for (const [name] of group.labels) {
      if (!isRuleLabel(name)) reasons.push(`${where}invalid label name: ${name}`);
    }
    const rules: RuleGroupSource['rules'][number][] = [];
    for (const [j, rule] of group.rules.entries()) {
      const ruleReasons = await faults(rule, (field) => at(['groups', i, 'rules', j, ...field]), checks);
      const place = `group ${quoteGo(group.name)}, rule ${j + 1}, ${quoteGo(rule.alert || rule.record)}`;
      for (const { position, reason } of ruleReasons) reasons.push(`${where}${position}${place}: ${reason}`);
      if (ruleReasons.length === 0) rules.push(sourceOf(rule, group, checks));
    }
    sources.push({
      file,
      name: group.name,
      intervalMs: group.interval === 0 ? undefined : group.interval,
      queryOffsetMs: group.query_offset < 0 ? undefined : group.query_offset,
      limit: group.limit,
      rules,
    });
  }
  if (reasons.length > 0) throw new RuleFileError(reasons);
  return sources;
}

function decodedFile(content: string, file: string, options: DecodeOptions): z.output<typeof fileSection> {
  const source = { file, folder: '', library: 'v3' } as const;
  try {
    return decodeConfig(content, source, fileSection, options).value;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const where = file === '' ? '' : `${file}: `;
    const reasons = [error.message, ...secondReasons(content, source)];
    throw new RuleFileError(
      reasons.map((reason) => `${where}${reason}`),
      { cause: error },
    );
  }
}

function secondReasons(content: string, source: Parameters<typeof decodeConfig>[1]): string[] {
  try {
    decodeConfig(content, source, positionsSection, { ignoreUnknownFields: true });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [error.message];
  }
}

function isRuleLabel(name: string): boolean {
  return name !== METRIC_NAME && isLabelName(name);
}

interface Fault {
  /** `line:column: `, or empty where upstream gives none. */
  readonly position: string;
  readonly reason: string;
}

type PositionOf = (field: readonly string[]) => string;

async function faults(rule: FileRule, positionOf: PositionOf, checks: RuleFileChecks): Promise<Fault[]> {
  const found: Fault[] = [];
  const say = (field: readonly string[], reason: string): void =>
    void found.push({ position: `${positionOf(field)}: `, reason });
  if (rule.record !== '' && rule.alert !== '') {
    const position = `${positionOf(['record'])}: ${positionOf(['alert'])}: `;
    found.push({ position, reason: "only one of 'record' and 'alert' must be set" });
  }
  if (rule.record === '' && rule.alert === '') {
    const position = `${positionOf(['record'])}: ${positionOf(['alert'])}: `;
    found.push({ position, reason: "one of 'record' or 'alert' must be set" });
  }
  if (rule.expr === '') say(['expr'], "field 'expr' must be set in rule");
  else {
    const reason = complaint(() => checks.normalize(rule.expr));
    if (reason !== undefined) say(['expr'], `could not parse expression: ${reason}`);
  }
  if (rule.record !== '') {
    if (rule.annotations.size > 0) say(['record'], "invalid field 'annotations' in recording rule");
    if (rule.for !== 0) say(['record'], "invalid field 'for' in recording rule");
    if (rule.keep_firing_for !== 0) say(['record'], "invalid field 'keep_firing_for' in recording rule");
    if (/[{}]/.test(rule.record)) {
      say(['record'], `braces present in the recording rule name; should it be in expr?: ${rule.record}`);
    }
  }
  for (const [name] of rule.labels) {
    if (!isRuleLabel(name)) found.push({ position: '', reason: `invalid label name: ${name}` });
  }
  if (rule.alert !== '') found.push(...(await templateFaults(rule, checks.templates)));
  return found;
}

async function templateFaults(rule: FileRule, templates: AlertTemplates): Promise<Fault[]> {
  const found: Fault[] = [];
  for (const [kind, texts] of [
    ['label', rule.labels],
    ['annotation', rule.annotations],
  ] as const) {
    for (const [name, template] of texts) {
      try {
        await templates.check(`__alert_${rule.alert}`, template);
      } catch (error) {
        found.push({ position: '', reason: `${kind} "${name}": ${messageOf(error)}` });
      }
    }
  }
  return found;
}

function sourceOf(
  rule: FileRule,
  group: FileGroup,
  checks: RuleFileChecks,
): RuleGroupSource['rules'][number] {
  const common = {
    expression: checks.normalize(rule.expr),
    labels: Labels.withEmptyValues([...group.labels, ...rule.labels]),
  };
  if (rule.record !== '') return { record: rule.record, ...common };
  return {
    alert: rule.alert,
    ...common,
    annotations: rule.annotations,
    forMs: rule.for,
    keepFiringForMs: rule.keep_firing_for,
  };
}

function complaint(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
