import { describe, expect, test } from '@jest/globals';
import { argument, remainingArguments } from './arguments.js';
import { command, commandGroup, type CommandProgram } from './command.js';
import { type CommandOutcome, parseCommandLine } from './command-line.js';
import { durationFlag, mapFlag, optionalFlag, parseExistingFile } from './flag-values.js';
import { booleanFlag, choiceFlag, integerFlag, listFlag, stringFlag } from './flags.js';

type Ran = Record<string, unknown>;
/** Where a command leaves what it was given. */
interface Context {
  ran: Ran | undefined;
}

const GROUP_FLAGS = { quiet: booleanFlag(false, { help: 'Say nothing.', short: 'q' }) };

const PROGRAM: CommandProgram<Context> = {
  program: 'tool',
  about: 'A tool.',
  flags: { experimental: booleanFlag(false, { help: 'More.' }) },
  commands: [
    commandGroup({
      name: 'db',
      help: 'Databases.',
      flags: GROUP_FLAGS,
      commands: [
        command({
          name: 'list',
          help: 'List them.',
          flags: {
            human: booleanFlag(false, { help: 'For people.', short: 'r' }),
            limit: integerFlag(20, { help: 'How many.' }),
            out: choiceFlag(['a', 'b'], 'a', {
              help: 'How.',
              short: 'o',
              refuse: (text) => `enum value must be one of a,b, got '${text}'`,
            }),
          },
          groupFlags: GROUP_FLAGS,
          arguments: { path: argument({ name: 'db path', help: 'Where.', default: 'data/' }) },
          run: (values, context: Context) => {
            context.ran = values;
            return 0;
          },
        }),
        command({
          name: 'make',
          help: 'Make one.',
          flags: {
            start: stringFlag('', { help: 'From when.', required: true }),
            label: mapFlag(['job=x'], { help: 'Labels.' }),
            match: listFlag(['all'], { help: 'Selectors.' }),
            wait: durationFlag('30s', { help: 'How long.' }),
            root: optionalFlag((text) => text, { help: 'Where.', hidden: true }),
          },
          arguments: {
            input: argument({ name: 'input file', help: 'From what.', required: true }),
            files: remainingArguments({ name: 'files', help: 'And these.', parse: parseExistingFile }),
          },
          run: (values, context: Context) => {
            context.ran = values;
            return 7;
          },
        }),
      ],
    }),
  ],
};

function parse(...argv: string[]): CommandOutcome<Context> {
  return parseCommandLine(PROGRAM, argv);
}

async function run(...argv: string[]): Promise<Ran | undefined> {
  const outcome = parse(...argv);
  if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
  const context: Context = { ran: undefined };
  await outcome.run(context);
  return context.ran;
}

const LIST = { human: false, quiet: false, limit: 20, out: 'a', path: 'data/', experimental: false };

describe('what runs', () => {
  test.each<[string[], Ran]>([
    [['db', 'list'], LIST],
    [['db', 'list', 'x'], { ...LIST, path: 'x' }],
    [['db', 'list', 'x', '-r'], { ...LIST, path: 'x', human: true }],
    [
      ['--experimental', 'db', '-q', 'list', '--limit=3'],
      { ...LIST, quiet: true, limit: 3, experimental: true },
    ],
    [['db', 'list', '-qr', '--limit', '3'], { ...LIST, quiet: true, human: true, limit: 3 }],
    [['db', 'list', '-rob'], { ...LIST, human: true, out: 'b' }],
    [['db', 'list', '-o', 'b', '--no-human'], { ...LIST, out: 'b' }],
    [['db', 'list', '--', '-r'], { ...LIST, path: '-r' }],
    [['db', 'list', '-'], { ...LIST, path: '-' }],
  ])('%j', async (argv, expected) => {
    expect(await run(...argv)).toEqual(expected);
  });

  test('repeated flags, maps, durations and all the rest of the arguments', async () => {
    const argv = [
      'db',
      'make',
      '--start=1',
      '--match',
      'a',
      '--match=b',
      '--label=a=b=c',
      '--wait=1h30m',
      'in',
    ];
    expect(await run(...argv, __filename, __filename)).toMatchObject({
      start: '1',
      match: ['a', 'b'],
      label: new Map([['a', 'b=c']]),
      wait: 5_400_000,
      root: undefined,
      input: 'in',
      files: [__filename, __filename],
    });
    expect(await run('db', 'make', '--start', '', 'in')).toMatchObject({
      match: ['all'],
      label: new Map([['job', 'x']]),
      wait: 30_000,
      files: [],
    });
  });

  test('the exit code is the command’s', async () => {
    const outcome = parse('db', 'make', '--start=1', 'in');
    expect(outcome.kind === 'run' && (await outcome.run({ ran: undefined }))).toBe(7);
  });
});

test.each([
  [['frob'], 'expected command but got "frob"'],
  [['db'], "must select a subcommand of 'db'"],
  [['db', 'frob'], 'expected command but got "frob"'],
  [['help', 'frob'], 'expected command but got "frob"'],
  [['db', 'list', 'a', 'b'], 'unexpected b'],
  [['--human', 'db', 'list'], "unknown long flag '--human'"],
  [['db', 'list', '--no-limit'], "unknown long flag '--no-limit'"],
  [['db', 'list', '-x'], "unknown short flag '-x'"],
  [['db', 'list', '-rx'], "unknown short flag '-x'"],
  [['db', 'list', '-rr'], "flag 'human' cannot be repeated"],
  [['db', 'list', '--limit=1', '--limit=2'], "flag 'limit' cannot be repeated"],
  [['db', 'list', '--limit'], "expected argument for flag '--limit'"],
  [['db', 'list', '--limit', '-5'], "expected argument for flag '--limit'"],
  [['db', 'list', '--limit=x'], 'strconv.ParseFloat: parsing "x": invalid syntax'],
  [['db', 'list', '-oc'], "enum value must be one of a,b, got 'c'"],
  [['db', 'list', '--human=false', 'x'], 'unexpected x'],
  [['db', 'make', 'in'], "required flag(s) '--start' not provided"],
  [['db', 'make', '--start=1'], "required argument 'input file' not provided"],
  [['db', 'make', 'in', 'none'], "path 'none' does not exist"],
  [['db', 'make', 'in', '.'], "'.' is a directory"],
  [['db', 'make', '--label=x', 'in'], "expected KEY=VALUE got 'x'"],
  [['db', 'make', '--wait=x', 'in'], 'time: invalid duration "x"'],
])('%j is a mistake', (argv, message) => {
  expect(parse(...argv)).toEqual({ kind: 'mistake', message });
});

describe('help', () => {
  test.each([[['--help']], [['-h']], [['help']], [[]]])('of the program: %j', (argv) => {
    expect(parse(...argv)).toEqual({
      kind: 'help',
      text: `usage: tool [<flags>] <command> [<args> ...]

A tool.


Flags:
  -h, --[no-]help          Show context-sensitive help (also try --help-long).
      --[no-]version       Show application version.
      --[no-]experimental  More.

Commands:
help [<command>...]
    Show help.

db list [<flags>] [<db path>]
    List them.

db make --start=START [<flags>] <input file> [<files>...]
    Make one.


`,
    });
  });

  test.each([[['db', 'make', '--help']], [['help', 'db', 'make']]])('of a command: %j', (argv) => {
    expect(parse(...argv)).toEqual({
      kind: 'help',
      text: `usage: tool db make --start=START [<flags>] <input file> [<files>...]

Make one.


Flags:
  -h, --[no-]help          Show context-sensitive help (also try --help-long).
      --[no-]version       Show application version.
      --[no-]experimental  More.
  -q, --[no-]quiet         Say nothing.
      --start=START        From when.
      --label=job=x ...    Labels.
      --match=all ...      Selectors.
      --wait=30s           How long.

Args:
  <input file>  From what.
  [<files>...]  And these.

`,
    });
  });

  test('of a group, and of all commands', () => {
    const group = parse('db', '--help');
    expect(group.kind === 'help' && group.text).toContain('\nSubcommands:\ndb list [<flags>] [<db path>]\n');
    const all = parse('--help-long');
    expect(all.kind === 'help' && all.text).toContain('\n    -o, --out=a       How.\n');
  });

  test('comes behind mistakes, and the version before them', () => {
    expect(parse('db', 'list', '--help', '--frob').kind).toBe('mistake');
    expect(parse('db', '--version')).toEqual({ kind: 'version' });
  });
});
