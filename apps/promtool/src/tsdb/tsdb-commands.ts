import {
  argument,
  booleanFlag,
  type Command,
  command,
  commandGroup,
  type FlagSpec,
  integerFlag,
  listFlag,
  optionalFlag,
  parsedFlag,
  parseInt64,
  stringFlag,
} from '@narthex/process';
import { backfillCommands } from '../backfill/backfill-commands.js';
import { benchWrite } from '../bench-write.js';
import { type Tool } from '../tool.js';
import { analyzeBlock } from './analyze-block.js';
import { dump } from './dump.js';
import { listBlocks } from './list-blocks.js';
import { openMetricsText, plainText } from './sample-text.js';

const DATABASE_PATH = argument({
  name: 'db path',
  help: 'Database path (default is data/).',
  default: 'data/',
});
const BENCH_INPUT = '../../tsdb/testdata/20kseries.json';

function time(defaultText: string, help: string): FlagSpec<number> {
  return parsedFlag(defaultText, parseInt64, { help });
}

const DUMP_FLAGS = {
  'sandbox-dir-root': optionalFlag((text) => text, {
    help: 'Root directory of a sandbox for files made by the replay of the WAL. This program makes none; the directory only has to exist.',
    placeholder: 'SANDBOX-DIR-ROOT',
  }),
  'min-time': time(
    '-9223372036854775808',
    'Minimum timestamp to dump, in milliseconds since the Unix epoch.',
  ),
  'max-time': time('9223372036854775807', 'Maximum timestamp to dump, in milliseconds since the Unix epoch.'),
  match: listFlag(["{__name__=~'(?s:.*)'}"], {
    help: 'Series selector. Can be specified multiple times.',
  }),
};

const list = command({
  name: 'list',
  help: 'List tsdb blocks.',
  flags: { 'human-readable': booleanFlag(false, { help: 'Print human readable values.', short: 'r' }) },
  arguments: { folder: DATABASE_PATH },
  run: ({ folder, 'human-readable': humanReadable }, tool: Tool) =>
    listBlocks({ folder, humanReadable }, tool),
});

const analyze = command({
  name: 'analyze',
  help: 'Analyze churn, label pair cardinality and compaction efficiency.',
  flags: {
    limit: integerFlag(20, { help: 'How many items to show in each list.' }),
    extended: booleanFlag(false, { help: 'Run extended analysis.' }),
    match: stringFlag('', {
      help: 'Series selector to analyze. Only 1 set of matchers is supported now.',
    }),
  },
  arguments: {
    folder: DATABASE_PATH,
    blockUlid: argument({ name: 'block id', help: 'Block to analyze (default is the last block).' }),
  },
  run: (options, tool: Tool) => analyzeBlock(options, tool),
});

const dumpPlain = command({
  name: 'dump',
  help: 'Dump samples from a TSDB.',
  flags: DUMP_FLAGS,
  arguments: { folder: DATABASE_PATH },
  run: (flags, tool: Tool) =>
    dump(
      {
        ...flags,
        sandboxRoot: flags['sandbox-dir-root'],
        minTimeMs: flags['min-time'],
        maxTimeMs: flags['max-time'],
        text: plainText,
        end: '',
      },
      tool,
    ),
});

const dumpOpenMetrics = command({
  name: 'dump-openmetrics',
  help: '[Experimental] Dump samples from a TSDB into OpenMetrics text format, excluding native histograms and staleness markers, which are not representable in OpenMetrics.',
  flags: DUMP_FLAGS,
  arguments: { folder: DATABASE_PATH },
  run: (flags, tool: Tool) =>
    dump(
      {
        ...flags,
        sandboxRoot: flags['sandbox-dir-root'],
        minTimeMs: flags['min-time'],
        maxTimeMs: flags['max-time'],
        text: openMetricsText,
        end: '# EOF\n',
      },
      tool,
    ),
});

const write = command({
  name: 'write',
  help: 'Run a write performance benchmark.',
  flags: {
    out: stringFlag('benchout', { help: 'Set the output path.' }),
    metrics: integerFlag(10_000, { help: 'Number of metrics to read.' }),
    scrapes: integerFlag(3000, { help: 'Number of scrapes to simulate.' }),
  },
  arguments: {
    inputFile: argument({
      name: 'file',
      help: `Input file with samples data, default is (${BENCH_INPUT}).`,
      default: BENCH_INPUT,
    }),
  },
  run: ({ out: outputFolder, ...options }, tool: Tool) => benchWrite({ outputFolder, ...options }, tool),
});

/** `promtool tsdb …` */
export function tsdbCommands(): Command<Tool> {
  return commandGroup({
    name: 'tsdb',
    help: 'Run tsdb commands.',
    commands: [
      commandGroup({ name: 'bench', help: 'Run benchmarks.', commands: [write] }),
      analyze,
      list,
      dumpPlain,
      dumpOpenMetrics,
      backfillCommands(),
    ],
  });
}
