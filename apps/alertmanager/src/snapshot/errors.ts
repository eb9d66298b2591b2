/** A snapshot file is not what it should be. */
export class SnapshotError extends Error {
  readonly code = 'SNAPSHOT';
  override readonly name = 'SnapshotError';
}
