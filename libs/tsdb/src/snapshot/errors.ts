/** A snapshot of the head says something that is not understood. */
export class SnapshotError extends Error {
  readonly code = 'chunk_snapshot';
  override readonly name = 'SnapshotError';
}
