export const MAINTENANCE_ERROR_CODES = ['CANCELLED', 'WORKER_DIED', 'FAILED', 'SNAPSHOT_FOLDER'] as const;
export type MaintenanceErrorCode = (typeof MAINTENANCE_ERROR_CODES)[number];

/** Background work on the stored data did not come to its end; what is stored is as it was. */
export class MaintenanceError extends Error {
  override readonly name = 'MaintenanceError';
  readonly code: MaintenanceErrorCode;
  /** What the file system said, such as `ENOSPC`; undefined where it was something else. */
  readonly reason: string | undefined;

  constructor(code: MaintenanceErrorCode, message: string, options: ErrorOptions & { reason?: string } = {}) {
    super(message, options);
    this.code = code;
    this.reason = options.reason;
  }
}
