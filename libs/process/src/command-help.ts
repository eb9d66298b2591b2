import { type ArgumentSpec, type Command, type CommandProgram } from './command.js';
import { booleanFlag, type FlagSpec, type FlagSpecs } from './flags.js';

export const HELP_FLAG = booleanFlag(false, {
  help: 'Show context-sensitive help (also try --help-long).',
  short: 'h',
});
export const HELP_LONG_FLAG = booleanFlag(false, { help: 'Show the help of every command.', hidden: true });
export const VERSION_FLAG = booleanFlag(false, { help: 'Show application version.' });

const HELP_COMMAND = 'help [<command>...]\n    Show help.\n\n';
const WIDTH = 80;
/** A first column that is wider goes on a line of its own. */
const MAX_COLUMN = 30;

type Row = readonly [left: string, right: string];

/** What `--help` shows for the whole program (an empty path), a group or a command. */
export function commandHelp<C>(program: CommandProgram<C>, path: readonly Command<C>[]): string {
  const last = path.at(-1);
  const allFlags = Object.assign({}, program.flags, ...path.map(({ flags }) => flags)) as FlagSpecs;
  const words = [program.program, ...path.map(({ name }) => name)];
  const usage = last?.run === undefined ? ['[<flags>]', '<command>', '[<args> ...]'] : usageOf(last, true);
  const sections = [
    `usage: ${[...words, ...usage].join(' ')}\n`,
    `${wrap(last?.help ?? program.about, WIDTH).join('\n')}\n\n`,
    `Flags:\n${columns(flagRows({ help: HELP_FLAG, version: VERSION_FLAG, ...allFlags }), 2)}`,
  ];
  if (last?.run !== undefined) {
    const args = Object.values(last.arguments);
    if (args.length > 0)
      sections.push(
        `Args:\n${columns(
          args.map((arg) => [argumentText(arg), arg.help]),
          2,
        )}`,
      );
  } else {
    const commands = last === undefined ? [...program.commands] : last.commands;
    const prefix = path.map(({ name }) => name);
    const title = last === undefined ? `Commands:\n${HELP_COMMAND}` : 'Subcommands:\n';
    sections.push(title + summaries(commands, prefix, false));
  }
  return `${sections.join('\n')}\n`;
}

/** What `--help-long` shows: every command with its flags. */
export function commandLongHelp<C>(program: CommandProgram<C>): string {
  return [
    `usage: ${program.program} [<flags>] <command> [<args> ...]\n`,
    `${program.about}\n\n`,
    `Flags:\n${columns(flagRows({ help: HELP_FLAG, version: VERSION_FLAG, ...program.flags }), 2)}`,
    `Commands:\n${HELP_COMMAND}${summaries(program.commands, [], true)}\n`,
  ].join('\n');
}

/** Groups are shown by what is in them. */
function summaries<C>(commands: readonly Command<C>[], prefix: readonly string[], long: boolean): string {
  return commands
    .filter(({ hidden }) => hidden !== true)
    .map((command) => {
      const words = [...prefix, command.name];
      if (command.run === undefined) return summaries(command.commands, words, long);
      const head = [...words, ...usageOf(command, false)].join(' ');
      const flags = long ? flagRows(command.flags) : [];
      const help = wrap(command.help, WIDTH - 4).map((line) => (line === '' ? '\n' : `    ${line}\n`));
      return `${head}\n${help.join('')}${flags.length > 0 ? `\n${columns(flags, 4)}` : ''}\n`;
    })
    .join('');
}

/** Required flags are spelled out, others are summed up. */
function usageOf<C>({ flags, arguments: args }: Command<C>, always: boolean): string[] {
  const required = Object.entries(flags).filter(([, spec]) => spec.required === true);
  const hasOthers =
    always || Object.values(flags).some((spec) => spec.required !== true && spec.hidden !== true);
  return [
    ...required.map(([name, spec]) => `--${name}=${placeholderOf(name, spec)}`),
    ...(hasOthers ? ['[<flags>]'] : []),
    ...Object.values(args).map(argumentText),
  ];
}

function argumentText({ name, required, kind }: ArgumentSpec<unknown>): string {
  const text = `<${name}>${kind === 'repeated' ? '...' : ''}`;
  return required ? text : `[${text}]`;
}

function flagRows(flags: FlagSpecs): Row[] {
  const shown = Object.entries(flags).filter(([, { hidden }]) => hidden !== true);
  const withoutShort = shown.some(([, { short }]) => short !== undefined) ? '    ' : '';
  return shown.map(([name, spec]) => {
    const short = spec.short === undefined ? withoutShort : `-${spec.short}, `;
    const long = spec.kind === 'boolean' ? `--[no-]${name}` : `--${name}=${placeholderOf(name, spec)}`;
    return [`${short}${long}${spec.kind === 'repeated' ? ' ...' : ''}`, spec.help];
  });
}

function placeholderOf(name: string, { placeholder, defaultText }: FlagSpec<unknown>): string {
  if (placeholder !== undefined) return placeholder;
  return defaultText === '' || defaultText === '""' ? name.toUpperCase() : defaultText;
}

function columns(rows: readonly Row[], indent: number): string {
  const widths = rows.map(([left]) => left.length).filter((width) => width < MAX_COLUMN);
  const width = Math.max(0, ...widths);
  const margin = ' '.repeat(indent);
  const offset = `${margin}${' '.repeat(width + 2)}`;
  return rows
    .flatMap(([left, right]) => {
      const [first = '', ...rest] = wrap(right, WIDTH - width - 2 - indent);
      const head =
        left.length >= MAX_COLUMN
          ? [`${margin}${left}`, `${offset}${first}`]
          : [`${margin}${left.padEnd(width)}  ${first}`];
      return [...head, ...rest.map((line) => offset + line)];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Breaks each paragraph where the next word would not fit. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}
