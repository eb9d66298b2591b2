import { type Clock, systemClock } from '@narthex/process';
import { promtool } from '../promtool.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line in this process. */
export async function runPromtool(
  argv: readonly string[],
  clock: Clock = systemClock,
  input = '',
): Promise<Ran> {
  let [out, error] = ['', ''];
  const code = await promtool(argv, {
    out: (text) => (out += text),
    drained: () => Promise.resolve(),
    error: (text) => (error += text),
    input: () => Promise.resolve(Buffer.from(input)),
    clock,
  });
  return { code, out, error };
}

/** ULIDs are never the same twice. */
export function withoutUlids(text: string): string {
  return text.replace(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, 'ULID');
}
