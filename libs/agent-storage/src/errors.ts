/** A worker could not make a checkpoint. */
export class CheckpointWorkerError extends Error {
  override readonly name = 'CheckpointWorkerError';
  readonly code = 'CHECKPOINT_WORKER';
  /** The log is damaged. */
  readonly isCorruption: boolean;

  constructor(message: string, isCorruption: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isCorruption = isCorruption;
  }
}
