import { type ServerFlags } from './flags.js';

type Name = keyof ServerFlags;

/** Flags that would change what is stored, served or protected, and that this version cannot follow: refused. */
const REFUSED: readonly Name[] = ['agent'];

/** Flags that this version does not look at, though nothing is stored or answered wrong for it: warned of. */
const UNUSED: readonly Name[] = ['storage.remote.flush-deadline'];

/** Upstream exits 3 when one of these comes without `--agent`. */
const AGENT_ONLY: readonly Name[] = [
  'storage.agent.path',
  'storage.agent.wal-compression',
  'storage.agent.retention.min-time',
  'storage.agent.retention.max-time',
  'storage.agent.no-lockfile',
];

/** What of the given flags cannot be followed. */
export interface FlagSupport {
  /** Ends the program with this exit code. */
  readonly refusal: { readonly exitCode: 2 | 3; readonly message: string } | undefined;
  readonly unused: readonly string[];
}

/** Sorts the given flags into those that work, those that are only warned of, and those that end the program. */
export function flagSupport(given: ReadonlySet<string>, values: ServerFlags): FlagSupport {
  const unused = UNUSED.filter((name) => given.has(name));
  const agentOnly = AGENT_ONLY.filter((name) => given.has(name)).map((name) => `"--${name}"`);
  if (agentOnly.length > 0 && !values.agent) {
    const message = `The following flag(s) can only be used in agent mode: [${agentOnly.join(' ')}]`;
    return { refusal: { exitCode: 3, message }, unused };
  }
  const refused = REFUSED.find((name) => given.has(name) && values[name] !== false && values[name] !== '');
  if (refused === undefined) return { refusal: undefined, unused };
  const message = `--${refused} is not available in this version of the server`;
  return { refusal: { exitCode: 2, message }, unused };
}
