import { isNativeError } from 'node:util/types';

/** Ends a command with exit code 1; the message is upstream's and stands alone on its line. */
export class ToolError extends Error {
  readonly code = 'TOOL';
  override readonly name = 'ToolError';
}

/** A server's refusal, with what it said. */
export class ApiError extends ToolError {
  readonly detail: string;

  constructor(message: string, detail: string) {
    super(message);
    this.detail = detail;
  }
}

/** What Go calls the reasons for which the file system refuses. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'file exists',
  EISDIR: 'is a directory',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
};

/** An error as Go prints it: `open data/wal: no such file or directory` for those of the file system. */
export function errorText(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason === undefined || syscall === undefined) return error.message;
  return `${syscall === 'scandir' ? 'open' : syscall} ${path ?? ''}: ${reason}`;
}

/** Runs something whose errors are told behind a few words of what was tried. */
export async function trying<T>(what: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new ToolError(`${what}: ${errorText(cause)}`, { cause });
  }
}
