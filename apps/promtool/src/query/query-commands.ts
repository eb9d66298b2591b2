import {
  argument,
  choiceFlag,
  type Command,
  command,
  commandGroup,
  durationFlag,
  listFlag,
  mapFlag,
  optionalFlag,
  parseGoDuration,
  stringFlag,
} from '@narthex/process';
import { HTTP_CONFIG_FLAG, parseServerUrl } from '../api/server-flags.js';
import { type Tool } from '../tool.js';
import { analyzeHistograms } from './analyze.js';
import { queryInstant, queryLabels, queryRange, querySeries } from './queries.js';

const GROUP_FLAGS = {
  format: choiceFlag(['promql', 'json'], 'promql', {
    help: 'Output format of the query.',
    short: 'o',
    refuse: (text) => `enum value must be one of promql,json, got '${text}'`,
  }),
  'http.config.file': HTTP_CONFIG_FLAG,
};

const SERVER = argument({
  name: 'server',
  help: 'Prometheus server to query.',
  required: true,
  parse: parseServerUrl,
});
const EXPRESSION = argument({ name: 'expr', help: 'PromQL query expression.', required: true });
const HEADERS = mapFlag([], { help: 'Extra headers to send to server.', placeholder: 'HEADER' });
const SELECTOR_HELP = 'Series selector. Can be specified multiple times.';

function time(help: string): ReturnType<typeof stringFlag> {
  return stringFlag('', { help });
}

const instant = command({
  name: 'instant',
  help: 'Run instant query.',
  flags: { header: HEADERS, time: time('Query evaluation time (RFC3339 or Unix timestamp).') },
  groupFlags: GROUP_FLAGS,
  arguments: { server: SERVER, query: EXPRESSION },
  run: ({ header: headers, 'http.config.file': configFile, ...values }, tool: Tool) =>
    queryInstant({ headers, configFile, ...values }, tool),
});

const range = command({
  name: 'range',
  help: 'Run range query.',
  flags: {
    header: HEADERS,
    start: time('Query range start time (RFC3339 or Unix timestamp).'),
    end: time('Query range end time (RFC3339 or Unix timestamp).'),
    step: optionalFlag(parseGoDuration, { help: 'Query step size (duration).', placeholder: 'STEP' }),
  },
  groupFlags: GROUP_FLAGS,
  arguments: { server: SERVER, query: EXPRESSION },
  run: ({ header: headers, 'http.config.file': configFile, step: stepMs, ...values }, tool: Tool) =>
    queryRange({ headers, configFile, stepMs, ...values }, tool),
});

const series = command({
  name: 'series',
  help: 'Run series query.',
  flags: {
    match: listFlag([], { help: SELECTOR_HELP, required: true, placeholder: 'MATCH' }),
    start: time('Start time (RFC3339 or Unix timestamp).'),
    end: time('End time (RFC3339 or Unix timestamp).'),
  },
  groupFlags: GROUP_FLAGS,
  arguments: { server: SERVER },
  run: ({ match: matchers, 'http.config.file': configFile, ...values }, tool: Tool) =>
    querySeries({ matchers, configFile, ...values }, tool),
});

const labels = command({
  name: 'labels',
  help: 'Run labels query.',
  flags: {
    start: time('Start time (RFC3339 or Unix timestamp).'),
    end: time('End time (RFC3339 or Unix timestamp).'),
    match: listFlag([], { help: SELECTOR_HELP, placeholder: 'MATCH' }),
  },
  groupFlags: GROUP_FLAGS,
  arguments: {
    server: SERVER,
    name: argument({ name: 'name', help: 'Label name to provide label values for.', required: true }),
  },
  run: ({ match: matchers, 'http.config.file': configFile, ...values }, tool: Tool) =>
    queryLabels({ matchers, configFile, ...values }, tool),
});

const analyze = command({
  name: 'analyze',
  help: 'Run queries against your Prometheus to analyze the usage pattern of certain metrics.',
  flags: {
    server: optionalFlag(parseServerUrl, {
      help: 'Prometheus server to query.',
      required: true,
      placeholder: 'SERVER',
    }),
    type: stringFlag('', { help: 'Type of metric: histogram.', required: true }),
    duration: durationFlag('1h', { help: 'Time frame to analyze.' }),
    time: time('Query time (RFC3339 or Unix timestamp), defaults to now.'),
    match: listFlag([], { help: SELECTOR_HELP, required: true, placeholder: 'MATCH' }),
  },
  groupFlags: GROUP_FLAGS,
  run: (values, tool: Tool) =>
    analyzeHistograms(
      {
        server: values.server ?? '',
        configFile: values['http.config.file'],
        type: values.type,
        durationMs: values.duration,
        time: values.time,
        matchers: values.match,
      },
      tool,
    ),
});

/** `promtool query …` */
export function queryCommands(): Command<Tool> {
  return commandGroup({
    name: 'query',
    help: 'Run query against a Prometheus server.',
    flags: GROUP_FLAGS,
    commands: [instant, range, series, labels, analyze],
  });
}
