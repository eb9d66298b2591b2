import { argument, type Command, command, commandGroup } from '@narthex/process';
import { type Tool } from '../tool.js';
import { collectDebug, type DebugSource, METRICS_SOURCES, PROFILE_SOURCES } from './collect.js';

function collecting(
  name: string,
  help: string,
  argumentHelp: string,
  sources: readonly DebugSource[],
): Command<Tool> {
  return command({
    name,
    help,
    arguments: { server: argument({ name: 'server', help: argumentHelp, required: true }) },
    run: ({ server }, tool: Tool) => collectDebug(server, sources, tool),
  });
}

/** `promtool debug …` */
export function debugCommands(): Command<Tool> {
  return commandGroup({
    name: 'debug',
    help: 'Fetch debug information.',
    commands: [
      collecting(
        'pprof',
        'Fetch profiling debug information.',
        'Prometheus server to get pprof files from.',
        PROFILE_SOURCES,
      ),
      collecting(
        'metrics',
        'Fetch metrics debug information.',
        'Prometheus server to get metrics from.',
        METRICS_SOURCES,
      ),
      collecting(
        'all',
        'Fetch all debug information.',
        'Prometheus server to get all debug information from.',
        [...PROFILE_SOURCES, ...METRICS_SOURCES],
      ),
    ],
  });
}
