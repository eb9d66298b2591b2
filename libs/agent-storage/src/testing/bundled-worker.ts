import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { temporaryFolder } from '@narthex/testkit';
import { buildSync } from 'esbuild';

/** The checkpoint worker, in a file of its own. */
export class BundledWorker {
  readonly #folder = temporaryFolder('agent-worker');
  readonly #file: string;

  constructor() {
    // `snappy` is not in the bundle, since it is partly native.
    symlinkSync(join(__dirname, '../../../../node_modules'), join(this.#folder.path, 'node_modules'));
    this.#file = join(this.#folder.path, 'worker.cjs');
    buildSync({
      entryPoints: [join(__dirname, 'worker-under-test.ts')],
      outfile: this.#file,
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['snappy'],
      tsconfig: join(__dirname, '../../../../tsconfig.base.json'),
    });
  }

  spawn(): Worker {
    return new Worker(this.#file);
  }

  remove(): void {
    this.#folder.remove();
  }
}
