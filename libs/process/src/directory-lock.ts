import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryLockedError } from './errors.js';
import { type Logger } from './logger.js';

/** The place of the lock file among the three standard streams' numbers. */
const INHERITED_FD = 3;
/** What `flock -n` exits with when someone else has the lock. */
const BUSY_STATUS = 1;

/** Keeps a data directory to one process. */
export interface DirectoryLock {
  /** True when the process before this one did not get to remove its lock file. */
  readonly leftBehind: boolean;
  release(): void;
}

/**
 * Locks `lock` in a data directory by flock(2), as Prometheus does, so that each keeps the other out. Node has no
 * such call; the `flock` program of util-linux locks the open file that it inherits, and the lock stays with our
 * descriptor. Where there is no such program, the file holds the process id instead.
 *
 * @throws DirectoryLockedError while another process has the directory
 */
export function lockDirectory(directory: string, logger: Logger): DirectoryLock {
  const path = join(directory, 'lock');
  const leftBehind = existsSync(path);
  const descriptor = openSync(path, 'a+', 0o644);
  try {
    const { error, status, stderr } = spawnSync(
      'flock',
      ['--nonblock', '--exclusive', String(INHERITED_FD)],
      {
        stdio: ['ignore', 'ignore', 'pipe', descriptor],
        encoding: 'utf8',
      },
    );
    if (error !== undefined) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      logger.warn('No flock program found, locking the data directory by process id', { directory });
      lockByProcessId(path, descriptor);
    } else if (status === BUSY_STATUS) {
      throw new DirectoryLockedError('lock DB directory: resource temporarily unavailable');
    } else if (status !== 0) {
      throw new DirectoryLockedError(`lock DB directory: flock: ${stderr.trim()}`);
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    leftBehind,
    release: () => {
      rmSync(path, { force: true });
      closeSync(descriptor);
    },
  };
}

function lockByProcessId(path: string, descriptor: number): void {
  const holder = Number(readFileSync(path, 'utf8'));
  if (holder > 0 && holder !== process.pid && isRunning(holder)) {
    throw new DirectoryLockedError(`lock DB directory: held by process ${holder}`);
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, String(process.pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
