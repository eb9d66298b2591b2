export const STORAGE_ERROR_CODES = [
  'SERIES_LIMIT',
  'INVALID_LABELS',
  'WAL_WRITE',
  'CORRUPT',
  'LOCKED',
  'CLOSED',
  'UNSUPPORTED',
] as const;
export type StorageErrorCode = (typeof STORAGE_ERROR_CODES)[number];

/** Whatever goes wrong in a storage; `code` says what, the message is for people. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
