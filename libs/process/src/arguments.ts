import { type ArgumentSpec } from './command.js';
import { valueOf } from './flag-values.js';

interface Described {
  readonly name: string;
  readonly help: string;
  /** Default false. */
  readonly required?: boolean;
  /** Throws an Error with upstream's words. Default: the text as it is. */
  readonly parse?: (text: string) => string;
}

/** One argument; where it may be left out, `default` takes its place. */
export function argument({
  name,
  help,
  required = false,
  default: defaultValue = '',
  parse = asItIs,
}: Described & { readonly default?: string }): ArgumentSpec<string> {
  return {
    kind: 'single',
    name,
    help,
    required,
    default: defaultValue,
    parse: ([text = '']) => valueOf(parse, text),
  };
}

/** All that is left on the command line. */
export function remainingArguments({
  name,
  help,
  required = false,
  parse = asItIs,
}: Described): ArgumentSpec<readonly string[]> {
  return {
    kind: 'repeated',
    name,
    help,
    required,
    default: [],
    parse: (texts) => texts.map((text) => valueOf(parse, text)),
  };
}

function asItIs(text: string): string {
  return text;
}
