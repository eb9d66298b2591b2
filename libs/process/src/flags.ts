import { CommandTokens } from './command-tokens.js';
import { FlagValueError } from './errors.js';

/** How one flag is declared: its default, its help, and how its text becomes a value. */
export interface FlagSpec<T> {
  readonly kind: 'boolean' | 'single' | 'repeated';
  readonly help: string;
  readonly default: T;
  /** The default as `--help` shows it. */
  readonly defaultText: string;
  readonly hidden?: boolean;
  /** One letter that stands for the flag behind a single dash; only in a command line with commands. */
  readonly short?: string;
  /** There is no default; only in a command line with commands. */
  readonly required?: boolean;
  /** What `--help` shows for a value that has no default to show. */
  readonly placeholder?: string;
  /** Takes every text given, in order; throws {@link FlagValueError}. */
  readonly parse: (texts: readonly string[]) => T;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec<unknown>>>;
export type FlagValues<S extends FlagSpecs> = {
  readonly [Name in keyof S]: S[Name] extends FlagSpec<infer T> ? T : never;
};

/**
 * What the command line asked for.
 * - `syntax`: an unknown flag, a missing value or a stray argument (upstream exits 1).
 * - `value`: a flag's value cannot be used, or the flag not be repeated (the server exits 2, the other programs 1).
 */
export type FlagOutcome<S extends FlagSpecs> =
  | { readonly kind: 'run'; readonly values: FlagValues<S>; readonly given: ReadonlySet<string> }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'syntax' | 'value'; readonly message: string };

/** What the makers of flags take beside a default. */
export type FlagDescription = Pick<
  FlagSpec<unknown>,
  'help' | 'hidden' | 'short' | 'required' | 'placeholder'
>;

function last(texts: readonly string[]): string {
  return texts[texts.length - 1] ?? '';
}

/** A flag whose value is any text; the last one given wins. */
export function stringFlag(defaultValue: string, described: FlagDescription): FlagSpec<string> {
  return {
    kind: 'single',
    default: defaultValue,
    defaultText: `"${defaultValue}"`,
    parse: last,
    ...described,
  };
}

/** A flag that may be given several times. */
export function listFlag(
  defaultValue: readonly string[],
  described: FlagDescription,
): FlagSpec<readonly string[]> {
  const defaultText = defaultValue.join(',');
  return { kind: 'repeated', default: defaultValue, defaultText, parse: (texts) => [...texts], ...described };
}

/** `--name` and `--no-name`. */
export function booleanFlag(defaultValue: boolean, described: FlagDescription): FlagSpec<boolean> {
  return {
    kind: 'boolean',
    default: defaultValue,
    defaultText: String(defaultValue),
    parse: (texts) => last(texts) === 'true',
    ...described,
  };
}

/** A flag whose text is turned into a value by `parse`, which throws an Error with upstream's words when it cannot. */
export function parsedFlag<T>(
  defaultText: string,
  parse: (text: string) => T,
  described: FlagDescription,
): FlagSpec<T> {
  const parseLast = (texts: readonly string[]): T => {
    try {
      return parse(last(texts));
    } catch (cause) {
      throw new FlagValueError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  };
  return { kind: 'single', default: parse(defaultText), defaultText, parse: parseLast, ...described };
}

/** A flag whose value is one of a few words. */
export function choiceFlag<const C extends string>(
  choices: readonly C[],
  defaultValue: C,
  described: FlagDescription & { readonly refuse: (text: string) => string },
): FlagSpec<C> {
  const pick = (text: string): C => {
    const choice = choices.find((known) => known === text);
    if (choice === undefined) throw new Error(described.refuse(text));
    return choice;
  };
  return parsedFlag(defaultValue, pick, described);
}

/**
 * A whole number as upstream's flag library reads it: any decimal floating-point number, cut to its whole part, with the
 * words of Go's strconv when it is none.
 */
export function integerFlag(defaultValue: number, described: FlagDescription): FlagSpec<number> {
  return parsedFlag(
    String(defaultValue),
    (text) => {
      if (!/^[+-]?(\d+(_\d+)*(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text))
        throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
      return Math.trunc(Number(text.replaceAll('_', ''))) + 0;
    },
    described,
  );
}

/** One flag that was given, with its text. */
type GivenFlag = readonly [name: string, text: string];

/**
 * Reads a command line as upstream's flag library does (https://github.com/alecthomas/kingpin): `--name=value`,
 * `--name value`, `--no-name` for booleans, repeated flags, `-h`, `--help`, `--version`; nothing positional. A value
 * that stands apart does not begin with a dash. Mistakes of syntax come before those of values.
 */
export function parseFlags<const S extends FlagSpecs>(
  about: FlagsAbout,
  specs: S,
  argv: readonly string[],
): FlagOutcome<S> {
  const read = readFlags(specs, argv);
  if (read.kind === 'help') return { kind: 'help', text: helpText(about, specs) };
  return read.kind === 'given' ? valuesOf(specs, read.flags) : read;
}

type ReadFlags =
  | { readonly kind: 'given'; readonly flags: readonly GivenFlag[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'syntax'; readonly message: string };

function readFlags(specs: FlagSpecs, argv: readonly string[]): ReadFlags {
  const tokens = new CommandTokens(argv);
  const shorts = new Map<string, FlagSpec<unknown>>();
  const flags: GivenFlag[] = [];
  let wantsHelp = false;
  for (let token = tokens.next(shorts); token !== undefined; token = tokens.next(shorts)) {
    if (token.kind === 'text') return { kind: 'syntax', message: `unexpected ${token.text}` };
    if (token.kind === 'short' && token.letter !== 'h') {
      return { kind: 'syntax', message: `unknown short flag '-${token.letter}'` };
    }
    const given = token.kind === 'short' ? 'help' : token.name;
    const name = given.replace(/^no-/, '');
    if (name === 'version') return { kind: 'version' };
    if (name === 'help') {
      wantsHelp = true;
      continue;
    }
    const spec = Object.hasOwn(specs, given) ? specs[given] : undefined;
    const negated = spec === undefined && Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec?.kind === 'boolean') flags.push([given, 'true']);
    else if (negated?.kind === 'boolean') flags.push([name, 'false']);
    else if (spec === undefined) return { kind: 'syntax', message: `unknown long flag '--${given}'` };
    else {
      const value = tokens.next(shorts);
      if (value?.kind !== 'text') {
        return { kind: 'syntax', message: `expected argument for flag '--${given}'` };
      }
      flags.push([given, value.text]);
    }
  }
  return wantsHelp ? { kind: 'help' } : { kind: 'given', flags };
}

/** Defaults, and over them what was given; the first value that cannot be, in the order given, is the mistake. */
function valuesOf<S extends FlagSpecs>(specs: S, flags: readonly GivenFlag[]): FlagOutcome<S> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) values[name] = spec.default;
  const texts = new Map<string, string[]>();
  for (const [name, text] of flags) {
    const spec = specs[name]!;
    const known = texts.get(name);
    if (known !== undefined && spec.kind !== 'repeated') {
      return { kind: 'value', message: `flag '${name}' cannot be repeated` };
    }
    const given = [...(known ?? []), text];
    texts.set(name, given);
    try {
      values[name] = spec.parse(given);
    } catch (error) {
      if (!(error instanceof FlagValueError)) throw error;
      return { kind: 'value', message: error.message };
    }
  }
  return { kind: 'run', values: values as FlagValues<S>, given: new Set(texts.keys()) };
}

export interface FlagsAbout {
  /** The program's name, as in its usage line. */
  readonly program: string;
  /** One sentence on what it is. */
  readonly about: string;
}

/** The text of `--help`. */
export function helpText(about: FlagsAbout, specs: FlagSpecs): string {
  const rows: [string, string][] = [
    ['-h, --[no-]help', 'Show this help.'],
    ['    --[no-]version', 'Show application version.'],
  ];
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.hidden === true) continue;
    const flag = spec.kind === 'boolean' ? `--[no-]${name}` : `--${name}=${spec.defaultText}`;
    rows.push([`    ${flag}${spec.kind === 'repeated' ? ' ...' : ''}`, spec.help]);
  }
  const lines = rows.flatMap(([flag, help]) => {
    const [first = '', ...rest] = wrap(help, 50);
    const indent = ' '.repeat(30);
    const head = flag.length > 26 ? [`  ${flag}`, indent + first] : [`  ${flag.padEnd(28)}${first}`];
    return [...head, ...rest.map((line) => indent + line)];
  });
  return `usage: ${about.program} [<flags>]\n\n${about.about}\n\n\nFlags:\n${lines.join('\n')}\n`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
