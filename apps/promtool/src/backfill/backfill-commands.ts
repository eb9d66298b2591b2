import {
  argument,
  booleanFlag,
  type Command,
  command,
  commandGroup,
  durationFlag,
  mapFlag,
  parseExistingFile,
  remainingArguments,
  stringFlag,
} from '@narthex/process';
import { type Tool } from '../tool.js';
import { HTTP_CONFIG_FLAG, urlFlag } from '../api/server-flags.js';
import { importOpenMetrics } from './import-openmetrics.js';
import { importRules } from './import-rules.js';

const GROUP_FLAGS = {
  'human-readable': booleanFlag(false, { help: 'Print human readable values.', short: 'r' }),
  quiet: booleanFlag(false, { help: 'Do not print created blocks.', short: 'q' }),
  'max-block-duration': durationFlag('0', {
    help: 'Maximum duration created blocks may span. Anything less than 2h is ignored.',
    placeholder: '<duration>',
    hidden: true,
  }),
};

const openmetrics = command({
  name: 'openmetrics',
  help: 'Import samples from OpenMetrics input and produce TSDB blocks. Please refer to the storage docs for more details.',
  flags: {
    label: mapFlag([], {
      help: 'Label to attach to metrics. Can be specified multiple times. Example --label=label_name=label_value',
    }),
  },
  groupFlags: GROUP_FLAGS,
  arguments: {
    inputFile: argument({
      name: 'input file',
      help: 'OpenMetrics file to read samples from.',
      required: true,
    }),
    outputFolder: argument({
      name: 'output directory',
      help: 'Output directory for generated blocks.',
      default: 'data/',
    }),
  },
  run: (
    { label, 'human-readable': humanReadable, 'max-block-duration': maxBlockDurationMs, ...values },
    tool: Tool,
  ) => importOpenMetrics({ ...values, labels: label, humanReadable, maxBlockDurationMs }, tool),
});

const rules = command({
  name: 'rules',
  help: 'Create blocks of data for new recording rules.',
  flags: {
    'http.config.file': HTTP_CONFIG_FLAG,
    url: urlFlag('The URL for the Prometheus API with the data where the rule will be backfilled from.'),
    start: stringFlag('', {
      help: 'The time to start backfilling the new rule from. Must be a RFC3339 formatted date or Unix timestamp. Required.',
      required: true,
    }),
    end: stringFlag('', {
      help: 'If an end time is provided, all recording rules in the rule files provided will be backfilled to the end time. Default will backfill up to 3 hours ago. Must be a RFC3339 formatted date or Unix timestamp.',
    }),
    'output-dir': stringFlag('data/', { help: 'Output directory for generated blocks.' }),
    'eval-interval': durationFlag('60s', {
      help: 'How frequently to evaluate rules when backfilling if a value is not set in the recording rule files.',
    }),
  },
  groupFlags: GROUP_FLAGS,
  arguments: {
    files: remainingArguments({
      name: 'rule-files',
      help: 'A list of one or more files containing recording rules to be backfilled. All recording rules listed in the files will be backfilled. Alerting rules are not evaluated.',
      required: true,
      parse: parseExistingFile,
    }),
  },
  run: (values, tool: Tool) =>
    importRules(
      {
        server: values.url,
        configFile: values['http.config.file'],
        files: values.files,
        start: values.start,
        end: values.end,
        outputFolder: values['output-dir'],
        intervalMs: values['eval-interval'],
        maxBlockDurationMs: values['max-block-duration'],
      },
      tool,
    ),
});

/** `promtool tsdb create-blocks-from …` */
export function backfillCommands(): Command<Tool> {
  return commandGroup({
    name: 'create-blocks-from',
    help: '[Experimental] Import samples from input and produce TSDB blocks. Please refer to the storage docs for more details.',
    flags: GROUP_FLAGS,
    commands: [openmetrics, rules],
  });
}
