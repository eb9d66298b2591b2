import {
  argument,
  booleanFlag,
  choiceFlag,
  type Command,
  command,
  commandGroup,
  durationFlag,
  parsedFlag,
  parseGoDuration,
  parseExistingFile,
  remainingArguments,
  stringFlag,
} from '@narthex/process';
import { HTTP_CONFIG_FLAG, urlFlag } from '../api/server-flags.js';
import { GLOBAL_FLAGS, promqlFeatures } from '../global-flags.js';
import { ruleFileChecks } from '../rule-checks.js';
import { type Tool } from '../tool.js';
import { checkConfigs } from './check-config.js';
import { checkMetrics } from './check-metrics.js';
import { checkRules } from './check-rules.js';
import { checkServer } from './check-server.js';
import { checkServiceDiscovery } from './check-service-discovery.js';
import { checkWebConfigs } from './check-web-config.js';
import { CONFIG_LINTS, DEFAULT_LINT, lintSettings, RULE_LINTS } from './lint-settings.js';

const EXTENDED_METADATA =
  'This is useful when you want to extend rule files with custom metadata. Ensure that those fields are removed before loading them into the Prometheus server as it performs strict checks by default.';

const GROUP_FLAGS = {
  'query.lookback-delta': parsedFlag('5m', parseGoDuration, {
    help: "The server's maximum query lookback duration.",
  }),
  extended: booleanFlag(false, {
    help: 'Print extended information related to the cardinality of the metrics.',
  }),
};

const LINT_FATAL = booleanFlag(false, { help: 'Make lint errors exit with exit code 3.' });

const config = command({
  name: 'config',
  help: 'Check if the config files are valid or not.',
  flags: {
    'syntax-only': booleanFlag(false, {
      help: 'Only check the config file syntax, ignoring file and content validation referenced in the config',
    }),
    lint: stringFlag(DEFAULT_LINT, {
      help: `Linting checks to apply to the rules/scrape configs specified in the config. Available options are: ${CONFIG_LINTS.join(', ')}. Use --lint=none to disable linting`,
    }),
    'lint-fatal': LINT_FATAL,
    'ignore-unknown-fields': booleanFlag(false, {
      help: `Ignore unknown fields in the rule groups read by the config files. ${EXTENDED_METADATA}`,
    }),
    agent: booleanFlag(false, { help: 'Check config file for Prometheus in Agent mode.' }),
  },
  groupFlags: { ...GLOBAL_FLAGS, ...GROUP_FLAGS },
  arguments: {
    files: remainingArguments({
      name: 'config-files',
      help: 'The config files to check.',
      required: true,
      parse: parseExistingFile,
    }),
  },
  run: ({ files, agent, ...values }, tool: Tool) =>
    checkConfigs(
      files,
      {
        agent,
        syntaxOnly: values['syntax-only'],
        ignoreUnknownFields: values['ignore-unknown-fields'],
        checks: ruleFileChecks(promqlFeatures(values['enable-feature'], tool), tool),
        lint: lintSettings(
          values.lint,
          { fatal: values['lint-fatal'], lookbackDeltaMs: values['query.lookback-delta'] },
          tool,
          CONFIG_LINTS,
        ),
      },
      tool,
    ),
});

const rules = command({
  name: 'rules',
  help: 'Check if the rule files are valid or not.',
  flags: {
    lint: stringFlag(DEFAULT_LINT, {
      help: `Linting checks to apply. Available options are: ${RULE_LINTS.join(', ')}. Use --lint=none to disable linting`,
    }),
    'lint-fatal': LINT_FATAL,
    'ignore-unknown-fields': booleanFlag(false, {
      help: `Ignore unknown fields in the rule files. ${EXTENDED_METADATA}`,
    }),
  },
  groupFlags: { ...GLOBAL_FLAGS, ...GROUP_FLAGS },
  arguments: {
    files: remainingArguments({
      name: 'rule-files',
      help: 'The rule files to check, default is read from standard input.',
      parse: parseExistingFile,
    }),
  },
  run: ({ files, ...values }, tool: Tool) =>
    checkRules(
      files,
      {
        ignoreUnknownFields: values['ignore-unknown-fields'],
        checks: ruleFileChecks(promqlFeatures(values['enable-feature'], tool), tool),
        lint: lintSettings(
          values.lint,
          { fatal: values['lint-fatal'], lookbackDeltaMs: values['query.lookback-delta'] },
          tool,
          RULE_LINTS,
        ),
      },
      tool,
    ),
});

const metrics = command({
  name: 'metrics',
  help: `Pass Prometheus metrics over stdin to lint them for consistency and correctness.

examples:

$ cat metrics.prom | promtool check metrics

$ curl -s http://localhost:9090/metrics | promtool check metrics`,
  flags: {
    lint: choiceFlag(['all', 'none'], 'all', {
      help: 'Linting checks to apply for metrics. Available options are: all, none. Use --lint=none to disable metrics linting.',
      refuse: (text) => `enum value must be one of all,none, got '${text}'`,
    }),
  },
  groupFlags: GROUP_FLAGS,
  run: ({ extended, lint }, tool: Tool) => checkMetrics({ extended, lint }, tool),
});

const webConfig = command({
  name: 'web-config',
  help: 'Check if the web config files are valid or not.',
  arguments: {
    files: remainingArguments({
      name: 'web-config-files',
      help: 'The config files to check.',
      required: true,
      parse: parseExistingFile,
    }),
  },
  run: ({ files }, tool: Tool) => checkWebConfigs(files, tool),
});

const serviceDiscovery = command({
  name: 'service-discovery',
  help: 'Perform service discovery for the given job name and report the results, including relabeling.',
  flags: { timeout: durationFlag('30s', { help: 'The time to wait for discovery results.' }) },
  arguments: {
    configFile: argument({
      name: 'config-file',
      help: 'The prometheus config file.',
      required: true,
      parse: parseExistingFile,
    }),
    job: argument({ name: 'job', help: 'The job to run service discovery for.', required: true }),
  },
  run: ({ configFile, job, timeout: timeoutMs }, tool: Tool) =>
    checkServiceDiscovery({ configFile, job, timeoutMs }, tool),
});

function serverCheck(name: 'healthy' | 'ready'): Command<Tool> {
  return command({
    name,
    help: `Check if the Prometheus server is ${name}.`,
    flags: {
      'http.config.file': HTTP_CONFIG_FLAG,
      url: urlFlag('The URL for the Prometheus server.'),
    },
    run: ({ url: server, 'http.config.file': configFile }, tool: Tool) =>
      checkServer({ server, configFile, path: `/-/${name}` }, tool),
  });
}

/** `promtool check …` */
export function checkCommands(): Command<Tool> {
  return commandGroup({
    name: 'check',
    help: 'Check the resources for validity.',
    flags: GROUP_FLAGS,
    commands: [
      serviceDiscovery,
      config,
      webConfig,
      serverCheck('healthy'),
      serverCheck('ready'),
      rules,
      metrics,
    ],
  });
}
