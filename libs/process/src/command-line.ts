import { type ArgumentSpec, type Command, type CommandProgram } from './command.js';
import { commandHelp, commandLongHelp, HELP_FLAG, HELP_LONG_FLAG, VERSION_FLAG } from './command-help.js';
import { CommandTokens } from './command-tokens.js';
import { FlagValueError } from './errors.js';
import { type FlagSpec, type FlagSpecs } from './flags.js';

/** What a command line asked for; `mistake` in upstream's words, all of which exit 1. */
export type CommandOutcome<C> =
  | { readonly kind: 'run'; readonly run: (context: C) => Promise<number> }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly message: string };

/** One thing that was given, in the order of the command line. */
type Given =
  | { readonly flag: string; readonly spec: FlagSpec<unknown>; readonly text: string }
  | { readonly argument: string; readonly spec: ArgumentSpec<unknown>; readonly text: string };

const BUILT_IN: ReadonlySet<FlagSpec<unknown>> = new Set([HELP_FLAG, HELP_LONG_FLAG, VERSION_FLAG]);

class Mistake {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/**
 * Reads a command line as upstream's library does (https://github.com/alecthomas/kingpin): words choose a command,
 * flags stand anywhere behind the command or group that declares them, `--` ends them. `help [command…]` and `--help`
 * show a command, `--help-long` all of them.
 */
export function parseCommandLine<C>(program: CommandProgram<C>, argv: readonly string[]): CommandOutcome<C> {
  return new CommandLineParser(program).parse(argv);
}

class CommandLineParser<C> {
  readonly #program: CommandProgram<C>;
  readonly #longs = new Map<string, FlagSpec<unknown>>();
  readonly #shorts = new Map<string, FlagSpec<unknown>>();
  readonly #names = new Map<FlagSpec<unknown>, string>();
  readonly #given: Given[] = [];
  readonly #path: Command<C>[] = [];
  #arguments: [string, ArgumentSpec<unknown>][] = [];
  #wantsHelp: 'short' | 'long' | undefined;
  #wantsVersion = false;

  constructor(program: CommandProgram<C>) {
    this.#program = program;
    this.#know({
      help: HELP_FLAG,
      'help-long': HELP_LONG_FLAG,
      version: VERSION_FLAG,
      ...program.flags,
    });
  }

  parse(argv: readonly string[]): CommandOutcome<C> {
    if (argv[0] === 'help') return this.#helpOn(argv.slice(1));
    const mistake = this.#read(argv);
    if (this.#wantsVersion) return { kind: 'version' };
    if (this.#wantsHelp === 'long') return { kind: 'help', text: commandLongHelp(this.#program) };
    if (mistake !== undefined) return { kind: 'mistake', message: mistake.message };
    if (this.#wantsHelp === 'short') return { kind: 'help', text: commandHelp(this.#program, this.#path) };
    const values = this.#values();
    if (values instanceof Mistake) return { kind: 'mistake', message: values.message };
    const missing = this.#missing();
    if (missing !== undefined) return { kind: 'mistake', message: missing };
    const run = this.#path.at(-1)?.run;
    if (run === undefined) return { kind: 'help', text: commandHelp(this.#program, []) };
    return { kind: 'run', run: (context) => run(values, context) };
  }

  #helpOn(words: readonly string[]): CommandOutcome<C> {
    const path: Command<C>[] = [];
    for (const word of words) {
      const found = (path.at(-1)?.commands ?? this.#program.commands).find(({ name }) => name === word);
      if (found === undefined)
        return { kind: 'mistake', message: `expected command but got ${JSON.stringify(word)}` };
      path.push(found);
    }
    return { kind: 'help', text: commandHelp(this.#program, path) };
  }

  /** Goes through the command line until its end or the first thing that cannot be. */
  #read(argv: readonly string[]): Mistake | undefined {
    const tokens = new CommandTokens(argv);
    for (;;) {
      const token = tokens.next(this.#shorts);
      if (token === undefined) return undefined;
      if (token.kind === 'text') {
        const mistake = this.#word(token.text);
        if (mistake !== undefined) return mistake;
        continue;
      }
      const shown = token.kind === 'long' ? `--${token.name}` : `-${token.letter}`;
      let negated = false;
      let spec = token.kind === 'long' ? this.#longs.get(token.name) : this.#shorts.get(token.letter);
      if (spec === undefined && token.kind === 'long' && token.name.startsWith('no-')) {
        const positive = this.#longs.get(token.name.slice(3));
        negated = positive?.kind === 'boolean';
        if (negated) spec = positive;
      }
      if (spec === undefined) return new Mistake(`unknown ${token.kind} flag '${shown}'`);
      if (spec.kind === 'boolean') {
        this.#switch(spec, !negated);
        continue;
      }
      const value = tokens.next(this.#shorts);
      if (value?.kind !== 'text') return new Mistake(`expected argument for flag '${shown}'`);
      this.#given.push({ flag: this.#names.get(spec)!, spec, text: value.text });
    }
  }

  #switch(spec: FlagSpec<unknown>, on: boolean): void {
    if (spec === HELP_FLAG || spec === HELP_LONG_FLAG) {
      if (on) this.#wantsHelp = spec === HELP_LONG_FLAG ? 'long' : (this.#wantsHelp ?? 'short');
    } else if (spec === VERSION_FLAG) {
      if (on) this.#wantsVersion = true;
    } else {
      this.#given.push({ flag: this.#names.get(spec)!, spec, text: String(on) });
    }
  }

  /** A word is a command where there are some to choose from, and an argument elsewhere. */
  #word(text: string): Mistake | undefined {
    const present = this.#path.at(-1);
    const commands = present === undefined ? this.#program.commands : present.commands;
    if (commands.length > 0) {
      const found = commands.find(({ name }) => name === text);
      if (found === undefined) return new Mistake(`expected command but got ${JSON.stringify(text)}`);
      this.#path.push(found);
      this.#know(found.flags);
      this.#arguments = Object.entries(found.arguments);
      return undefined;
    }
    const next = this.#arguments[0];
    if (next === undefined) return new Mistake(`unexpected ${text}`);
    const [argument, spec] = next;
    this.#given.push({ argument, spec, text });
    if (spec.kind === 'single') this.#arguments.shift();
    return undefined;
  }

  #know(flags: FlagSpecs): void {
    for (const [name, spec] of Object.entries(flags)) {
      this.#longs.set(name, spec);
      this.#names.set(spec, name);
      if (spec.short !== undefined) this.#shorts.set(spec.short, spec);
    }
  }

  /** Defaults, and over them what was given; a mistake is that of the first value that cannot be. */
  #values(): Readonly<Record<string, unknown>> | Mistake {
    const values: Record<string, unknown> = {};
    for (const [name, spec] of this.#longs) if (!BUILT_IN.has(spec)) values[name] = spec.default;
    for (const [name, spec] of Object.entries(this.#path.at(-1)?.arguments ?? {}))
      values[name] = spec.default;
    const texts = new Map<string, string[]>();
    for (const given of this.#given) {
      const name = 'flag' in given ? given.flag : given.argument;
      const known = texts.get(name) ?? [];
      if ('flag' in given && known.length > 0 && given.spec.kind !== 'repeated') {
        return new Mistake(`flag '${name}' cannot be repeated`);
      }
      texts.set(name, [...known, given.text]);
      try {
        values[name] = given.spec.parse(texts.get(name)!);
      } catch (error) {
        if (!(error instanceof FlagValueError)) throw error;
        return new Mistake(error.message);
      }
    }
    return values;
  }

  #missing(): string | undefined {
    const has = (name: string): boolean =>
      this.#given.some((given) => ('flag' in given ? given.flag : given.argument) === name);
    const flags = [...this.#longs].filter(([name, spec]) => spec.required === true && !has(name));
    if (flags.length > 0) {
      const names = flags.map(([name]) => `'--${name}'`).sort();
      return `required flag(s) ${names.join(', ')} not provided`;
    }
    const last = this.#path.at(-1);
    if (last === undefined) return undefined;
    if (last.run === undefined) {
      return `must select a subcommand of '${this.#path.map(({ name }) => name).join(' ')}'`;
    }
    const missing = Object.entries(last.arguments).find(([name, { required }]) => required && !has(name));
    return missing && `required argument '${missing[1].name}' not provided`;
  }
}
