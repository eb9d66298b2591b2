import { type Clock, type Logger } from '@narthex/process';
import { type StatsFs } from 'node:fs';
import { asError } from '../errors.js';
import { systemErrorCode } from '../host/files.js';

/** The mount does not answer: a server is gone. It is left alone until its earlier answer comes. */
export const MOUNT_STUCK = Symbol('mount stuck');

export type MountAnswer = { readonly stats: StatsFs } | { readonly error: string } | typeof MOUNT_STUCK;

export interface MountProbeOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly statfs: (path: string) => Promise<StatsFs>;
}

/** Words of the C library for what statfs(2) fails with. */
const errorTexts: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EIO: 'input/output error',
  ELOOP: 'too many levels of symbolic links',
  ENOENT: 'no such file or directory',
  ENOTCONN: 'transport endpoint is not connected',
  ENOTDIR: 'not a directory',
  EPERM: 'operation not permitted',
  ESTALE: 'stale NFS file handle',
  EHOSTDOWN: 'host is down',
};

/**
 * Asks for a file system's figures and waits for a bounded time only. Each question takes a thread of Node's pool
 * until it is answered, so a stuck mount is not asked again before.
 */
export class MountProbe {
  readonly #options: MountProbeOptions;
  readonly #stuck = new Set<string>();

  constructor(options: MountProbeOptions) {
    this.#options = options;
  }

  async ask(path: string): Promise<MountAnswer> {
    if (this.#stuck.has(path)) {
      this.#options.logger.debug('Mount point is in an unresponsive state', { mountpoint: path });
      return MOUNT_STUCK;
    }
    const { clock, logger, timeoutMs, statfs } = this.#options;
    const answer = statfs(path).then(
      (stats) => ({ stats }),
      (error: unknown) => ({ error: errorText(error) }),
    );
    let cancel: () => void = () => undefined;
    const timeout = new Promise<typeof MOUNT_STUCK>((resolve) => {
      cancel = clock.after(timeoutMs, () => resolve(MOUNT_STUCK));
    });
    const first = await Promise.race([answer, timeout]);
    cancel();
    if (first !== MOUNT_STUCK) return first;
    logger.debug('Mount point timed out, it is being labeled as stuck and will not be monitored', {
      mountpoint: path,
    });
    this.#stuck.add(path);
    void answer.then(() => {
      this.#stuck.delete(path);
      logger.debug('Mount point has recovered, monitoring will resume', { mountpoint: path });
    });
    return MOUNT_STUCK;
  }
}

function errorText(error: unknown): string {
  const code = systemErrorCode(error) ?? '';
  return errorTexts[code] ?? asError(error).message;
}
