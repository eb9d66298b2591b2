import { join } from 'node:path';

export interface HostPathOptions {
  readonly procfs: string;
  readonly sysfs: string;
  readonly rootfs: string;
  readonly udevData: string;
}

/** Where the host's file systems are mounted: elsewhere than usual in a container. */
export class HostPaths {
  readonly #options: HostPathOptions;

  constructor(options: HostPathOptions) {
    this.#options = options;
  }

  proc(...parts: readonly string[]): string {
    return join(this.#options.procfs, ...parts);
  }

  sys(...parts: readonly string[]): string {
    return join(this.#options.sysfs, ...parts);
  }

  root(...parts: readonly string[]): string {
    return join(this.#options.rootfs, ...parts);
  }

  udev(...parts: readonly string[]): string {
    return join(this.#options.udevData, ...parts);
  }

  /** A path of the host as the host sees it: without the place where its root is mounted here. */
  withoutRoot(path: string): string {
    const { rootfs } = this.#options;
    if (rootfs === '/' || !(path === rootfs || path.startsWith(`${rootfs}/`))) return path;
    return path.slice(rootfs.length) || '/';
  }
}
