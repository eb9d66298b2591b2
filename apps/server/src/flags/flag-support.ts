import { type ServerFlags } from './flags.js';

type Name = keyof ServerFlags;

/** Flags that this version does not look at, though nothing is stored or answered wrong for it: warned of. */
const UNUSED: readonly Name[] = [];

const AGENT_ONLY = /^storage\.agent\./;

const SERVER_ONLY = /^(storage\.tsdb\.|storage\.remote\.read-|rules\.|alertmanager\.|query\.|web\.search\.)/;

/** What of the given flags cannot be followed. */
export interface FlagSupport {
  /** Ends the program with this exit code. */
  readonly refusal: { readonly exitCode: 1 | 3; readonly message: string } | undefined;
  readonly unused: readonly string[];
}

/**
 * Sorts the given flags into those that work, those that are only warned of, and those that end the program: with 3
 * those of the other mode, as upstream.
 */
export function flagSupport(given: ReadonlySet<string>, values: ServerFlags): FlagSupport {
  const unused = UNUSED.filter((name) => given.has(name));
  const ofOtherMode = values.agent ? SERVER_ONLY : AGENT_ONLY;
  const misplaced = [...given].filter((name) => ofOtherMode.test(name)).map((name) => `"--${name}"`);
  if (misplaced.length > 0) {
    const mode = values.agent ? 'can not be used' : 'can only be used';
    const message = `The following flag(s) ${mode} in agent mode: [${misplaced.join(' ')}]`;
    return { refusal: { exitCode: 3, message }, unused };
  }
  const ratio = values['auto-gomemlimit.ratio'];
  if (ratio <= 0 || ratio > 1) {
    const message = '--auto-gomemlimit.ratio must be greater than 0 and less than or equal to 1.';
    return { refusal: { exitCode: 1, message }, unused };
  }
  return { refusal: undefined, unused };
}
