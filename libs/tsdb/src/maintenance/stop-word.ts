import { MaintenanceError } from '../errors.js';

/** One shared word that asks background work to stop; a busy worker sees no messages. */
export class StopWord {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  stop(): void {
    Atomics.store(this.#words, 0, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, 0) !== 0;
  }

  /** @throws MaintenanceError CANCELLED once {@link stop} was called, in whatever thread */
  check(): void {
    if (this.stopped) throw new MaintenanceError('CANCELLED', 'the database is closing');
  }
}
