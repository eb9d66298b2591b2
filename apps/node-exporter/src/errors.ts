/** Flags of a collector contradict each other or hold a pattern that does not compile. */
export class CollectorFlagError extends Error {
  readonly code = 'collector_flag';
  override readonly name = 'CollectorFlagError';
}

/** A file of the kernel does not look as it must. */
export class HostFileError extends Error {
  readonly code = 'host_file';
  override readonly name = 'HostFileError';
}

/** A request names collectors that cannot be had; the message is the answer's. */
export class CollectorSelectionError extends Error {
  readonly code = 'collector_selection';
  override readonly name = 'CollectorSelectionError';
}

/** What was thrown, for a log line. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
