/** A flag's value cannot be used; the message is what upstream prints. */
export class FlagValueError extends Error {
  readonly code = 'FLAG_VALUE';
  override readonly name = 'FlagValueError';
}

/** Another process has the data directory. The message is upstream's where it has one. */
export class DirectoryLockedError extends Error {
  readonly code = 'DIRECTORY_LOCKED';
  override readonly name = 'DirectoryLockedError';
}
