const COMMITTED = 0;
const PUBLISHING = 1;
const NAMES = 2;
const ALL_SERIES = 3;
const ROW_ROOT = 4;
const HASH_SEED = 5;
const LAST_ID = 6;
const OOO_FLOOR = 7;
/** Index among doubles. */
const MIN_TIME = 4;
const MAX_TIME = 5;
const FIRST_TIME = 6;
const OOO_MIN_TIME = 7;
const BYTES = 64;

/** How often a reader looks again at once before it lets others run. */
const SPINS = 200;

/** The roots and counters from which every thread finds everything else. Written by main alone. */
export class ControlBlock {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  static create(hashSeed: number): ControlBlock {
    const block = new ControlBlock(new SharedArrayBuffer(BYTES));
    block.#words[HASH_SEED] = hashSeed;
    block.#doubles[MIN_TIME] = -Infinity;
    block.#doubles[MAX_TIME] = -Infinity;
    block.#doubles[FIRST_TIME] = Infinity;
    block.#doubles[OOO_MIN_TIME] = Infinity;
    return block;
  }

  /** The last finished commit: whoever reads it sees all that the commit wrote. 32 bits, wraps. */
  get committed(): number {
    return Atomics.load(this.#words, COMMITTED);
  }

  set committed(commit: number) {
    Atomics.store(this.#words, COMMITTED, commit);
  }

  /**
   * Opens a publication window: until {@link endPublishing}, published words may be changed and readers that copy
   * them wait. Short, and never across an `await`.
   */
  beginPublishing(): void {
    Atomics.add(this.#words, PUBLISHING, 1);
  }

  endPublishing(): void {
    Atomics.add(this.#words, PUBLISHING, 1);
  }

  /**
   * Runs `copy`, which reads published words, until no window was open meanwhile, and returns what it returns (a sequence lock: Lameter,
   * "Effective synchronization on Linux/NUMA systems", 2005). The second look is a read-modify-write, because on
   * ARM a plain atomic load may overtake the loads before it (Boehm, "Can seqlocks get along with programming
   * language memory models?", 2012).
   */
  readStable<T>(copy: () => T): T {
    for (let spins = 0; ; spins++) {
      const before = Atomics.load(this.#words, PUBLISHING);
      if ((before & 1) === 0) {
        const copied = copy();
        if (Atomics.add(this.#words, PUBLISHING, 0) === before) return copied;
      } else if (spins > SPINS) {
        // Main may have lost its core in the middle of a window.
        Atomics.wait(this.#words, PUBLISHING, before, 1);
      }
    }
  }

  /** First leaf of the list of label names. */
  get names(): number {
    return Atomics.load(this.#words, NAMES) >>> 0;
  }

  set names(leaf: number) {
    Atomics.store(this.#words, NAMES, leaf | 0);
  }

  /** First leaf of the list of all series. */
  get allSeries(): number {
    return Atomics.load(this.#words, ALL_SERIES) >>> 0;
  }

  set allSeries(leaf: number) {
    Atomics.store(this.#words, ALL_SERIES, leaf | 0);
  }

  get rowRoot(): number {
    return this.#words[ROW_ROOT]! >>> 0;
  }

  set rowRoot(address: number) {
    this.#words[ROW_ROOT] = address | 0;
  }

  get hashSeed(): number {
    return this.#words[HASH_SEED]!;
  }

  /** The id of the newest series. */
  get lastId(): number {
    return Atomics.load(this.#words, LAST_ID) >>> 0;
  }

  set lastId(id: number) {
    Atomics.store(this.#words, LAST_ID, id | 0);
  }

  /** Published: out-of-order chunks with lower numbers are not shown any more. 32 bits, wraps. */
  get outOfOrderFloor(): number {
    return Atomics.load(this.#words, OOO_FLOOR);
  }

  set outOfOrderFloor(sequence: number) {
    Atomics.store(this.#words, OOO_FLOOR, sequence);
  }

  /** Published: the oldest time of any out-of-order sample, or an older one; Infinity when there is none. */
  get outOfOrderMinTimeMs(): number {
    return this.#doubles[OOO_MIN_TIME]!;
  }

  set outOfOrderMinTimeMs(timestampMs: number) {
    this.#doubles[OOO_MIN_TIME] = timestampMs;
  }

  /** Published: nothing before this time is shown any more; -Infinity when nothing was truncated. */
  get minTimeMs(): number {
    return this.#doubles[MIN_TIME]!;
  }

  set minTimeMs(timestampMs: number) {
    this.#doubles[MIN_TIME] = timestampMs;
  }

  /** Published: the oldest time that any sample ever had; Infinity when there was none. */
  get firstTimeMs(): number {
    return this.#doubles[FIRST_TIME]!;
  }

  set firstTimeMs(timestampMs: number) {
    this.#doubles[FIRST_TIME] = timestampMs;
  }

  /** Published: the newest sample's time; -Infinity when empty. */
  get maxTimeMs(): number {
    return this.#doubles[MAX_TIME]!;
  }

  set maxTimeMs(timestampMs: number) {
    this.#doubles[MAX_TIME] = timestampMs;
  }
}
