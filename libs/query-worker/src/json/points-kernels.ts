import { compilePointsKernel, PointsKernel } from './points-kernel.js';

/** So many are kept for later: more answers than these are seldom written at the same time. */
const MOST_RESTING = 4;

/** The kernels of one thread. Each serves one answer at a time, as it keeps the answer's times. */
export class PointsKernels {
  readonly #resting: PointsKernel[] = [];
  #module: WebAssembly.Module | undefined;

  /** Lends a kernel until `use` has resolved. */
  async lend<T>(use: (kernel: PointsKernel) => Promise<T>): Promise<T> {
    const kernel = this.#resting.pop() ?? new PointsKernel((this.#module ??= compilePointsKernel()));
    try {
      return await use(kernel);
    } finally {
      if (this.#resting.length < MOST_RESTING) this.#resting.push(kernel);
    }
  }
}
