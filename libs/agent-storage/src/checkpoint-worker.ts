import { type MessagePort, type Worker } from 'node:worker_threads';
import { createCheckpoint, loadWalCodecs, type WalCompression, WalCorruptionError } from '@narthex/wal';
import { CheckpointWorkerError } from './errors.js';
import { RefMap } from './ref-map.js';

/** What goes to the worker; it does one and ends. */
interface CheckpointTask {
  readonly directory: string;
  readonly fromSegment: number;
  readonly toSegment: number;
  readonly minTimeMs: number;
  readonly compression: WalCompression;
  readonly segmentSizeBytes?: number;
  /** The series to keep. */
  readonly refs: Float64Array<ArrayBuffer>;
}

/** What comes back: nothing but that it is done, or what went wrong. */
interface CheckpointOutcome {
  readonly error?: { readonly message: string; readonly isCorruption: boolean };
}

/** Makes the checkpoint that comes through the port: all that the worker's own file has to call. */
export function runCheckpointWorker(port: MessagePort): void {
  port.once('message', (task: CheckpointTask) => {
    void outcomeOf(task).then((outcome) => {
      port.postMessage(outcome);
      port.close();
    });
  });
}

/**
 * Has a worker make a checkpoint, and end.
 * @throws CheckpointWorkerError
 */
export async function checkpointInWorker(spawn: () => Worker, task: CheckpointTask): Promise<void> {
  const worker = spawn();
  const { error } = await new Promise<CheckpointOutcome>((resolve, reject) => {
    const died = (reason: string, cause?: unknown): void =>
      reject(new CheckpointWorkerError(`checkpoint worker died: ${reason}`, false, { cause }));
    worker.once('error', (cause) => died(cause instanceof Error ? cause.message : String(cause), cause));
    // Its last message comes before this.
    worker.once('exit', (code) => died(`exit code ${code}`));
    worker.once('message', resolve);
    worker.postMessage(task, [task.refs.buffer]);
  });
  if (error !== undefined) throw new CheckpointWorkerError(error.message, error.isCorruption);
}

async function outcomeOf({ refs, ...task }: CheckpointTask): Promise<CheckpointOutcome> {
  const kept = new RefMap();
  for (const ref of refs) kept.set(ref, 1);
  try {
    const codecs = await loadWalCodecs();
    await createCheckpoint({ ...task, codecs, keepSeries: (ref) => kept.get(ref) !== 0 });
    return {};
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { error: { message, isCorruption: cause instanceof WalCorruptionError } };
  }
}
