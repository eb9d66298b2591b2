import { peerProgram } from '@narthex/testkit';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type Ran } from './run-promtool.js';

const program = peerProgram('promtool') ?? '';

/** Whether the original promtool is there to compare with. */
export const hasOriginal = program !== '';

/** Runs a command line with the original. */
export async function runOriginal(argv: readonly string[], input = ''): Promise<Ran> {
  const child = spawn(program, argv, { stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const closed = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, error };
}
