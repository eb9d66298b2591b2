import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from './errors.js';
import { segmentName } from './segments.js';

const prefix = 'checkpoint.';
const temporarySuffix = '.tmp';

/** A checkpoint stands for every segment up to and including its number. */
export interface Checkpoint {
  readonly path: string;
  readonly number: number;
}

/** `…/checkpoint.00000042`: a log of its own within the log's directory. */
export function checkpointPath(directory: string, number: number): string {
  return join(directory, prefix + segmentName(number));
}

/** Where a checkpoint is written before it gets its name. */
export function temporaryCheckpointPath(directory: string, number: number): string {
  return checkpointPath(directory, number) + temporarySuffix;
}

/**
 * The checkpoints of a log in order of their numbers. Temporary ones are passed over.
 * @throws CheckpointError when one is no directory.
 */
export function listCheckpoints(directory: string): Checkpoint[] {
  const checkpoints: Checkpoint[] = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.name.startsWith(prefix)) continue;
    if (!entry.isDirectory()) throw new CheckpointError(`checkpoint ${entry.name} is not a directory`);
    const digits = entry.name.slice(prefix.length);
    if (/^\d+$/.test(digits)) checkpoints.push({ path: join(directory, entry.name), number: Number(digits) });
  }
  return checkpoints.sort((a, b) => a.number - b.number);
}

export function lastCheckpoint(directory: string): Checkpoint | undefined {
  return listCheckpoints(directory).at(-1);
}

/** Removes the checkpoints below a number. */
export function deleteCheckpoints(directory: string, beforeNumber: number): void {
  for (const { path, number } of listCheckpoints(directory)) {
    if (number < beforeNumber) rmSync(path, { recursive: true });
  }
}

/** Removes what interrupted checkpoints left. */
export function deleteTemporaryCheckpoints(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isDirectory() && name.startsWith(prefix) && name.endsWith(temporarySuffix)) {
      rmSync(join(directory, name), { recursive: true });
    }
  }
}
