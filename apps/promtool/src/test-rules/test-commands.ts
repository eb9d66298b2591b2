import {
  booleanFlag,
  type Command,
  command,
  commandGroup,
  listFlag,
  optionalFlag,
  parseExistingFile,
  remainingArguments,
} from '@narthex/process';
import { compile } from '@narthex/regexp';
import { closeSync, openSync } from 'node:fs';
import { testPromql } from '../commands/test-promql.js';
import { errorText } from '../errors.js';
import { GLOBAL_FLAGS, promqlFeatures } from '../global-flags.js';
import { type Tool } from '../tool.js';
import { testRules } from './test-rules.js';

/** A file to write to; it is there and empty from now on. */
function parseWritableFile(path: string): string {
  try {
    closeSync(openSync(path, 'w'));
    return path;
  } catch (cause) {
    throw new Error(errorText(cause), { cause });
  }
}

const GROUP_FLAGS = {
  junit: optionalFlag(parseWritableFile, {
    help: 'File path to store JUnit XML test results.',
    placeholder: 'JUNIT',
  }),
};

const runFlag = listFlag([], {
  help: 'If set, will only run test groups whose names match the regular expression. Can be specified multiple times.',
  placeholder: 'RUN',
});

const rules = command({
  name: 'rules',
  help: 'Unit tests for rules.',
  flags: {
    run: runFlag,
    debug: booleanFlag(false, { help: 'Enable unit test debugging.' }),
    diff: booleanFlag(false, {
      help: '[Experimental] Print colored differential output between expected & received output.',
    }),
    'ignore-unknown-fields': booleanFlag(false, {
      help: 'Ignore unknown fields in the rule files of the tests. This is useful when you want to extend rule files with custom metadata. Ensure that those fields are removed before loading them into the Prometheus server as it performs strict checks by default.',
    }),
  },
  groupFlags: { ...GLOBAL_FLAGS, ...GROUP_FLAGS },
  arguments: {
    files: remainingArguments({
      name: 'test-rule-file',
      help: 'The unit test file.',
      required: true,
      parse: parseExistingFile,
    }),
  },
  run: ({ files, run, debug, diff, junit: junitFile, ...values }, tool: Tool) => {
    for (const pattern of run) compile(pattern);
    const features = promqlFeatures(values['enable-feature'], tool);
    const ignoreUnknownFields = values['ignore-unknown-fields'];
    return testRules({ files, run, debug, diff, junitFile, features, ignoreUnknownFields }, tool);
  },
});

const promql = command({
  name: 'promql',
  help: 'Run scripts in the PromQL test language.',
  arguments: {
    files: remainingArguments({ name: 'file', help: 'The scripts.', required: true }),
  },
  run: ({ files }, { out }: Tool) => testPromql(files, out),
});

/** `promtool test …` */
export function testCommands(): Command<Tool> {
  return commandGroup({ name: 'test', help: 'Unit testing.', flags: GROUP_FLAGS, commands: [rules, promql] });
}
