import { versionText } from '@narthex/process';
import { testPromql } from './commands/test-promql.js';

const USAGE = `usage: promtool [<flags>] <command> [<args> ...]

Tooling for the Prometheus monitoring system.

Flags:
  -h, --help     Show this help.
      --version  Show application version.

Commands:
  test promql <file>...
    Run scripts in the PromQL test language.
`;

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Runs one command line; the exit code. */
export async function promtool(argv: readonly string[], output: Output): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    output.out(USAGE);
    return 0;
  }
  if (argv.includes('--version')) {
    output.out(versionText('promtool'));
    return 0;
  }
  const flag = argv.find((word) => word.startsWith('-'));
  if (flag !== undefined)
    return usageError(output, `unknown ${flag.startsWith('--') ? 'long' : 'short'} flag '${flag}'`);
  const [command, subcommand, ...files] = argv;
  if (command === undefined) return usageError(output, 'command not specified');
  if (command !== 'test') return usageError(output, `expected command but got "${command}"`);
  if (subcommand === undefined) return usageError(output, "must select a subcommand of 'test'");
  if (subcommand !== 'promql') return usageError(output, `expected command but got "${subcommand}"`);
  if (files.length === 0) return usageError(output, "required argument 'file' not provided");
  return testPromql(files, output.out);
}

function usageError(output: Output, message: string): number {
  output.error(`promtool: error: ${message}, try --help\n`);
  return 1;
}
