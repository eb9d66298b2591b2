import { createHash } from 'node:crypto';
import { formatFloatExponent, type Labels, type Matcher, matchesAll } from '@narthex/model';
import { type ActiveAlert, type AlertingRule, type Rule, type RuleGroup } from '@narthex/rules';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { ApiError, invalidParameter } from './errors.js';
import { integerOf, type Parameters } from './parameters.js';
import { goSeconds, goTime } from './timestamps.js';

/** The rules in force. */
export interface RuleSource {
  groups(): readonly RuleGroup[];
  alertingRules(): readonly AlertingRule[];
}

/** `/rules` and `/alerts`. */
export function ruleEndpoints(rules: RuleSource): readonly Endpoint[] {
  return [
    {
      path: '/rules',
      isPlain: true,
      methods: ['GET'],
      handle: (parameters, response) => sendData(response, groupPage(rules, parameters)),
    },
    {
      path: '/alerts',
      isPlain: true,
      methods: ['GET'],
      handle: (_parameters, response) => {
        const alerts = rules.alertingRules().flatMap((rule) => rule.activeAlerts().map(alertJson));
        sendData(response, { alerts });
      },
    },
  ];
}

function groupPage(rules: RuleSource, parameters: Parameters): unknown {
  const wanted = filterOf(parameters);
  const { limit, token } = pagingOf(parameters);
  const groups: unknown[] = [];
  let begun = token === '';
  for (const group of rules.groups()) {
    if (!begun && groupToken(group) !== token) continue;
    begun = true;
    const shown = wanted.group(group) ? group.rules.filter(wanted.rule) : [];
    if (shown.length === 0 && (wanted.narrows || !wanted.group(group))) continue;
    if (limit > 0 && groups.length === limit) return { groups, groupNextToken: groupToken(group) };
    groups.push(groupJson(group, shown, wanted.withAlerts));
  }
  if (begun || token === '') return { groups };
  throw invalidParameter(
    'group_next_token',
    `invalid group_next_token '${token}'. were rule groups changed?`,
  );
}

interface RuleFilter {
  readonly group: (group: RuleGroup) => boolean;
  readonly rule: (rule: Rule) => boolean;
  /** Groups without a matching rule are left out. */
  readonly narrows: boolean;
  readonly withAlerts: boolean;
}

function filterOf(parameters: Parameters): RuleFilter {
  const names = parameters.all('rule_name[]');
  const groups = parameters.all('rule_group[]');
  const files = parameters.all('file[]');
  const type = parameters.get('type').toLowerCase();
  if (!['', 'alert', 'record'].includes(type)) {
    throw invalidParameter('type', `not supported value ${JSON.stringify(parameters.get('type'))}`);
  }
  const selectors = parameters.selectors((reason) => new ApiError('bad_data', reason));
  return {
    group: (group) => among(groups, group.name) && among(files, group.file),
    rule: (rule) =>
      among(names, rule.name) &&
      (type === '' || (type === 'alert') === (rule.type === 'alerting')) &&
      matchesAny(rule.labels, selectors),
    narrows: names.length > 0 || type !== '' || selectors.length > 0,
    withAlerts: !excludesAlerts(parameters),
  };
}

function among(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function matchesAny(labels: Labels, selectors: readonly (readonly Matcher[])[]): boolean {
  return selectors.length === 0 || selectors.some((matchers) => matchesAll(labels, matchers));
}

function excludesAlerts(parameters: Parameters): boolean {
  const given = parameters.get('exclude_alerts');
  if (given === '') return false;
  if (/^(?:1|t|T|true|TRUE|True)$/.test(given)) return true;
  if (/^(?:0|f|F|false|FALSE|False)$/.test(given)) return false;
  const reason = `strconv.ParseBool: parsing ${JSON.stringify(given)}: invalid syntax`;
  throw invalidParameter('exclude_alerts', `error converting exclude_alerts: ${reason}`);
}

function pagingOf(parameters: Parameters): { readonly limit: number; readonly token: string } {
  const given = parameters.get('group_limit');
  const token = parameters.get('group_next_token');
  if (given === '') {
    if (token === '') return { limit: 0, token };
    const reason = 'group_limit needs to be present in order to paginate over the groups';
    throw invalidParameter('group_next_token', reason);
  }
  const limit = integerOf(given);
  if (limit !== undefined && Math.abs(limit) >= 2 ** 63) {
    throw invalidParameter(
      'group_limit',
      `group_limit needs to be a valid number: strconv.ParseInt: parsing ${JSON.stringify(given)}: value out of range`,
    );
  }
  if (limit === undefined) {
    throw invalidParameter(
      'group_limit',
      `group_limit needs to be a valid number: strconv.ParseInt: parsing ${JSON.stringify(given)}: invalid syntax`,
    );
  }
  if (limit <= 0) throw invalidParameter('group_limit', 'group_limit needs to be greater than 0');
  return { limit, token };
}

/** Names a group in a paged answer. */
function groupToken({ file, name }: RuleGroup): string {
  return createHash('sha256').update(`${file};${name}`).digest('hex');
}

function groupJson(group: RuleGroup, rules: readonly Rule[], withAlerts: boolean): unknown {
  return {
    name: group.name,
    file: group.file,
    rules: rules.map((rule) => ruleJson(rule, withAlerts)),
    interval: group.intervalMs / 1000,
    limit: group.limit,
    evaluationTime: goSeconds(group.lastDurationSeconds),
    lastEvaluation: goTime(group.lastEvaluationMs),
  };
}

function ruleJson(rule: Rule, withAlerts: boolean): unknown {
  const { health, lastError, evaluationTimeSeconds, lastEvaluationMs } = rule.status;
  const labels = rule.labels.size === 0 && rule.type === 'recording' ? {} : { labels: rule.labels };
  const error = lastError === undefined ? {} : { lastError };
  const last = { evaluationTime: goSeconds(evaluationTimeSeconds), lastEvaluation: goTime(lastEvaluationMs) };
  if (rule.type === 'recording') {
    return {
      name: rule.name,
      query: rule.expression,
      ...labels,
      health,
      ...error,
      ...last,
      type: 'recording',
    };
  }
  return {
    state: rule.state(),
    name: rule.name,
    query: rule.expression,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    ...labels,
    annotations: rule.annotations,
    alerts: withAlerts ? rule.activeAlerts().map(alertJson) : null,
    health,
    ...error,
    ...last,
    type: 'alerting',
  };
}

function alertJson(alert: ActiveAlert): unknown {
  const since = alert.keepFiringSinceMs;
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.state,
    activeAt: goTime(alert.activeAtMs),
    ...(since === undefined ? {} : { keepFiringSince: goTime(since) }),
    value: formatFloatExponent(alert.value),
  };
}
