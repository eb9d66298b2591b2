import { type FlagsAbout, type FlagSpecs, type FlagValues } from './flags.js';

/** One thing that stands without a dash on the command line. */
export interface ArgumentSpec<T> {
  readonly kind: 'single' | 'repeated';
  /** As upstream spells it in usage and errors; may hold spaces. */
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
  readonly default: T;
  /** Takes every text given, in order; throws FlagValueError. */
  readonly parse: (texts: readonly string[]) => T;
}

/** In the order in which they are given; a repeated one comes last. */
export type ArgumentSpecs = Readonly<Record<string, ArgumentSpec<unknown>>>;
export type ArgumentValues<A extends ArgumentSpecs> = {
  readonly [Name in keyof A]: A[Name] extends ArgumentSpec<infer T> ? T : never;
};

/**
 * A command, or a group of them. What runs it gets a context of type `C`, such as where to print, and answers with
 * the exit code.
 */
export interface Command<C> {
  readonly name: string;
  readonly help: string;
  readonly hidden?: boolean;
  /** Its own; those of the groups around it are taken too. */
  readonly flags: FlagSpecs;
  readonly arguments: ArgumentSpecs;
  readonly commands: readonly Command<C>[];
  /** Undefined for a group. */
  readonly run: ((values: Readonly<Record<string, unknown>>, context: C) => Promise<number>) | undefined;
}

/** A program with commands. */
export interface CommandProgram<C> extends FlagsAbout {
  /** Taken before and behind every command. */
  readonly flags: FlagSpecs;
  readonly commands: readonly Command<C>[];
}

export interface CommandParts<C, F extends FlagSpecs, A extends ArgumentSpecs, G extends FlagSpecs> {
  readonly name: string;
  readonly help: string;
  readonly hidden?: boolean;
  readonly flags?: F;
  readonly arguments?: A;
  /** The flags of the groups around it whose values it wants. */
  readonly groupFlags?: G;
  readonly run: (
    values: FlagValues<F> & FlagValues<G> & ArgumentValues<A>,
    context: C,
  ) => number | Promise<number>;
}

/** Of flags or arguments: there are none. */
type None = Readonly<Record<'', never>>;

/** A command that runs. The names of its flags and of its arguments are distinct. */
export function command<
  C,
  const F extends FlagSpecs = None,
  const A extends ArgumentSpecs = None,
  const G extends FlagSpecs = None,
>(parts: CommandParts<C, F, A, G>): Command<C> {
  type Values = Parameters<CommandParts<C, F, A, G>['run']>[0];
  return {
    name: parts.name,
    help: parts.help,
    ...(parts.hidden === true && { hidden: true }),
    flags: parts.flags ?? {},
    arguments: parts.arguments ?? {},
    commands: [],
    // The parser fills in a value for every flag and argument declared here.
    run: async (values, context) => parts.run(values as Values, context),
  };
}

/** A word before other commands, with flags that they all take. */
export function commandGroup<C>(
  parts: Pick<Command<C>, 'name' | 'help' | 'commands'> & { readonly flags?: FlagSpecs },
): Command<C> {
  return { flags: {}, arguments: {}, run: undefined, ...parts };
}
