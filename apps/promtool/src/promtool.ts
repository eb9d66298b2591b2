import { type CommandProgram, parseCommandLine, versionText } from '@narthex/process';
import { ReadOnlyError } from '@narthex/tsdb';
import { checkCommands } from './check/check-commands.js';
import { debugCommands } from './debug/debug-commands.js';
import { errorText } from './errors.js';
import { GLOBAL_FLAGS } from './global-flags.js';
import { promqlCommands } from './promql/promql-commands.js';
import { pushCommands } from './push/push-commands.js';
import { queryCommands } from './query/query-commands.js';
import { testCommands } from './test-rules/test-commands.js';
import { type Tool } from './tool.js';
import { tsdbCommands } from './tsdb/tsdb-commands.js';

const PROGRAM: CommandProgram<Tool> = {
  program: 'promtool',
  about: 'Tooling for the Prometheus monitoring system.',
  flags: GLOBAL_FLAGS,
  commands: [
    checkCommands(),
    queryCommands(),
    debugCommands(),
    pushCommands(),
    testCommands(),
    tsdbCommands(),
    promqlCommands(),
  ],
};

/** Runs one command line; the exit code. */
export async function promtool(argv: readonly string[], tool: Tool): Promise<number> {
  const outcome = parseCommandLine(PROGRAM, argv);
  switch (outcome.kind) {
    case 'help':
      tool.out(outcome.text);
      return 0;
    case 'version':
      tool.out(versionText('promtool'));
      return 0;
    case 'mistake':
      tool.error(`promtool: error: ${outcome.message}, try --help\n`);
      return 1;
    case 'run':
      break;
  }
  try {
    return await outcome.run(tool);
  } catch (error) {
    const text =
      error instanceof ReadOnlyError ? `${error.step}: ${errorText(error.cause)}` : errorText(error);
    tool.error(`${text}\n`);
    return 1;
  }
}
