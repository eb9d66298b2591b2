import {
  argument,
  choiceFlag,
  type Command,
  command,
  commandGroup,
  durationFlag,
  mapFlag,
  parseExistingFile,
  remainingArguments,
} from '@narthex/process';
import { HTTP_CONFIG_FLAG, parseServerUrl } from '../api/server-flags.js';
import { type Tool } from '../tool.js';
import { MESSAGES, pushMetrics } from './push-metrics.js';

const GROUP_FLAGS = { 'http.config.file': HTTP_CONFIG_FLAG };

const metrics = command({
  name: 'metrics',
  help: 'Push metrics to a prometheus remote write (for testing purpose only).',
  flags: {
    label: mapFlag(['job=promtool'], {
      help: 'Label to attach to metrics. Can be specified multiple times.',
    }),
    timeout: durationFlag('30s', { help: 'The time to wait for pushing metrics.' }),
    header: mapFlag([], { help: 'Prometheus remote write header.', placeholder: 'HEADER' }),
    protobuf_message: choiceFlag(MESSAGES, MESSAGES[0], {
      help: `Protobuf message to use when writing to the remote write endpoint. Available options are: ${MESSAGES.join(', ')}.`,
      refuse: (text) => `enum value must be one of ${MESSAGES.join(',')}, got '${text}'`,
    }),
  },
  groupFlags: GROUP_FLAGS,
  arguments: {
    url: argument({
      name: 'remote-write-url',
      help: 'Prometheus remote write url to push metrics.',
      required: true,
      parse: parseServerUrl,
    }),
    files: remainingArguments({
      name: 'metric-files',
      help: 'The metric files to push, default is read from standard input.',
      parse: parseExistingFile,
    }),
  },
  run: ({ url, files, label: labels, header: headers, ...values }, tool: Tool) =>
    pushMetrics(
      {
        url,
        files,
        labels,
        headers,
        timeoutMs: values.timeout,
        message: values.protobuf_message,
        configFile: values['http.config.file'],
      },
      tool,
    ),
});

/** `promtool push …` */
export function pushCommands(): Command<Tool> {
  return commandGroup({
    name: 'push',
    help: 'Push to a Prometheus server.',
    flags: GROUP_FLAGS,
    commands: [metrics],
  });
}
