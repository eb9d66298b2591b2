import { type Clock } from '@narthex/process';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So long after the last query a thread counts as idle. */
const IDLE_MS = 1_000;
/** Less than so much garbage is left to the engine's own collections. */
const WORTH_BYTES = 16 * 1024 * 1024;

/** What this thread's heap takes, and how to have it collected. */
export interface Heap {
  readonly sizeBytes: () => number;
  readonly collect: () => void;
}

/**
 * Gives memory back when queries are done: without work a thread makes no garbage, and so V8 collects none, however
 * much the last query has left.
 */
export class IdleCollector {
  readonly #clock: Clock;
  readonly #heap: Heap;
  #running = 0;
  #keptBytes = 0;
  #stop: (() => void) | undefined;

  constructor(clock: Clock, heap: Heap) {
    this.#clock = clock;
    this.#heap = heap;
  }

  begin(): void {
    this.#running++;
    this.#stop?.();
    this.#stop = undefined;
  }

  end(): void {
    if (--this.#running === 0) this.#stop = this.#clock.after(IDLE_MS, () => this.#collect());
  }

  #collect(): void {
    const { sizeBytes, collect } = this.#heap;
    if (sizeBytes() - this.#keptBytes < WORTH_BYTES) return;
    collect();
    this.#keptBytes = sizeBytes();
  }
}

/** The heap of the thread that calls: objects, and buffers beside them. */
export function threadHeap(): Heap {
  // The function is only there for contexts made after this.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const sizeBytes = (): number => {
    const { total_heap_size: objects, external_memory: buffers } = getHeapStatistics();
    return objects + buffers;
  };
  return { sizeBytes, collect };
}
