/// <reference lib="es2024.sharedmemory" />
/** Words of the header. */
const NEXT = 0;
const CONSUMED = 1;
const CLOSED = 2;
const FIRST_SERIES = 3;
const SERIES_COUNT = 4;
const STEP_COUNT = 5;
const BLOCK_SERIES = 6;
const USE = 7;
const SEATS = 8;
/** Helpers at most. */
export const BOARD_SEATS = 16;
const DONE = SEATS + BOARD_SEATS;
/** Blocks that are computed or wait to be taken at the same time. */
const SLOTS = 16;
const HEADER_WORDS = DONE + SLOTS;

const SEAT = { free: 0, taken: 1, left: 2 } as const;
/** A seat's word tells which use of the memory it belongs to: an invitation that comes too late finds no seat. */
const SEAT_STATES = 4;

/** Series of a block at most, and fewer where their columns take more than {@link MOST_SLOT_BYTES}. */
const BLOCK_SERIES_AT_MOST = 16;
const MOST_SLOT_BYTES = 128 * 1024;
/** Few series are cut into smaller blocks, so that there is something for everybody. */
const LEAST_BLOCKS = 32;
const BYTES_A_STEP = 9;

/** What stands of each series beside its columns. */
const FACTS = { samples: 0, largest: 1, looked: 2 } as const;
const FACT_COUNT = 3;
/** For {@link FACTS}.samples: whoever asks has to compute the series itself. */
const LEFT_OVER = -1;

/** What was computed of a block of series. */
export interface BoardSlot {
  readonly facts: Float64Array;
  /** The columns of one series after the other. */
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
}

/** What was computed of one series; the columns are valid until its block is consumed. */
export interface SeriesResult {
  /** The steps that have a value. */
  readonly samples: number;
  /** The samples in the largest window, held while it was computed. */
  readonly largest: number;
  /** Samples looked at. */
  readonly looked: number;
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
}

export interface BoardOptions {
  /** Of {@link boardBytes} at least. */
  readonly buffer: SharedArrayBuffer;
  /** Another number each time that this memory is used. */
  readonly use: number;
  /** The series `[first, end)` of a set. */
  readonly first: number;
  readonly end: number;
  readonly stepCount: number;
}

/**
 * Where the threads that compute the series of one selection together meet, in shared memory. The series are cut into
 * blocks; who is free claims the next. The query's own thread consumes them in order, so there are a few slots for
 * what is ahead, and no more: whoever is too fast waits.
 */
export class SeriesBoard {
  readonly buffer: SharedArrayBuffer;
  readonly blockCount: number;
  readonly #words: Int32Array;
  readonly #slots: (BoardSlot | undefined)[] = [];

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, HEADER_WORDS);
    this.blockCount = Math.ceil((this.#end - this.#first) / this.#blockSeries);
  }

  /** Lays out a board in memory that nobody else uses any more. */
  static create({ buffer, use, first, end, stepCount }: BoardOptions): SeriesBoard {
    const words = new Int32Array(buffer, 0, HEADER_WORDS).fill(0);
    words[FIRST_SERIES] = first;
    words[SERIES_COUNT] = end - first;
    words[STEP_COUNT] = stepCount;
    words[BLOCK_SERIES] = blockSeriesOf(stepCount, Math.ceil((end - first) / LEAST_BLOCKS));
    words[USE] = use;
    for (let seat = 0; seat < BOARD_SEATS; seat++)
      Atomics.store(words, SEATS + seat, seatWord(use, SEAT.free));
    return new SeriesBoard(buffer);
  }

  /** Which use of its memory this is. */
  get use(): number {
    return this.#words[USE]!;
  }

  get stepCount(): number {
    return this.#words[STEP_COUNT]!;
  }

  /** The block to be consumed next. */
  get consumed(): number {
    return Atomics.load(this.#words, CONSUMED);
  }

  get isClosed(): boolean {
    return Atomics.load(this.#words, CLOSED) !== 0;
  }

  /** True when every block is somebody's. */
  get isExhausted(): boolean {
    return Atomics.load(this.#words, NEXT) >= this.blockCount;
  }

  /** The first series of a block, and the one behind its last. */
  firstOf(block: number): number {
    return this.#first + block * this.#blockSeries;
  }

  endOf(block: number): number {
    return Math.min(this.#end, this.#first + (block + 1) * this.#blockSeries);
  }

  /** Takes the next block; undefined when all are taken, or there is no room for it yet. */
  claim(): number | undefined {
    for (;;) {
      const block = Atomics.load(this.#words, NEXT);
      if (block >= this.blockCount || !this.#hasRoom(block)) return undefined;
      if (Atomics.compareExchange(this.#words, NEXT, block, block + 1) === block) return block;
    }
  }

  /** Takes this block if it is the next. Whoever consumes needs no room: the block is not written down. */
  claimNext(block: number): boolean {
    return Atomics.compareExchange(this.#words, NEXT, block, block + 1) === block;
  }

  slot(block: number): BoardSlot {
    const at = block % SLOTS;
    return (this.#slots[at] ??= this.#view(at));
  }

  /** Says that a claimed block is computed. */
  finish(block: number): void {
    Atomics.store(this.#words, DONE + (block % SLOTS), block + 1);
    Atomics.notify(this.#words, DONE + (block % SLOTS));
  }

  /** Says that the slot of a block taken by {@link claimNext} was not needed. */
  skip(block: number): void {
    // A helper that is late may still write there; the slot then stays with it.
    if (block < SLOTS || this.isDone(block - SLOTS)) this.finish(block);
  }

  isDone(block: number): boolean {
    return Atomics.load(this.#words, DONE + (block % SLOTS)) === block + 1;
  }

  /** Says that the block to be consumed next is. */
  consume(): void {
    Atomics.add(this.#words, CONSUMED, 1);
    Atomics.notify(this.#words, CONSUMED);
  }

  /** Resolves when a block is done, or later than so many ms. */
  async untilDone(block: number, atMostMs: number): Promise<void> {
    const word = DONE + (block % SLOTS);
    const seen = Atomics.load(this.#words, word);
    if (seen !== block + 1) await this.#change(word, seen, atMostMs);
  }

  /** Resolves when a block was consumed, or later than so many ms. */
  async untilRoom(atMostMs: number): Promise<void> {
    const seen = this.consumed;
    if (!this.isClosed && !this.#hasRoom(Atomics.load(this.#words, NEXT))) {
      await this.#change(CONSUMED, seen, atMostMs);
    }
  }

  /** A helper that was invited to a use of the memory comes; false when it is too late. */
  static takeSeat(buffer: SharedArrayBuffer, seat: number, use: number): boolean {
    const free = seatWord(use, SEAT.free);
    const words = new Int32Array(buffer, 0, HEADER_WORDS);
    return Atomics.compareExchange(words, SEATS + seat, free, seatWord(use, SEAT.taken)) === free;
  }

  /** The helper goes, or has died. */
  static leaveSeat(buffer: SharedArrayBuffer, seat: number, use: number): void {
    const words = new Int32Array(buffer, 0, HEADER_WORDS);
    const left = seatWord(use, SEAT.left);
    for (const state of [SEAT.taken, SEAT.free])
      Atomics.compareExchange(words, SEATS + seat, seatWord(use, state), left);
    Atomics.notify(words, SEATS + seat);
  }

  /** Lets nobody in any more. True when nobody sits there; see {@link deserted} otherwise. */
  shut(): boolean {
    Atomics.store(this.#words, CLOSED, 1);
    Atomics.notify(this.#words, CONSUMED);
    const free = seatWord(this.use, SEAT.free);
    const taken = seatWord(this.use, SEAT.taken);
    const left = seatWord(this.use, SEAT.left);
    let isDeserted = true;
    for (let word = SEATS; word < SEATS + BOARD_SEATS; word++) {
      if (Atomics.compareExchange(this.#words, word, free, left) === taken) isDeserted = false;
    }
    return isDeserted;
  }

  /** Resolves when the last helper has gone: until then it reads what the query holds in place. */
  async deserted(): Promise<void> {
    const taken = seatWord(this.use, SEAT.taken);
    for (let word = SEATS; word < SEATS + BOARD_SEATS; word++) {
      while (Atomics.load(this.#words, word) === taken) await this.#change(word, taken, 1000);
    }
  }

  /** Writes down what was computed of a series. */
  put(block: number, index: number, samples: number, largest: number, looked: number): void {
    const { facts } = this.slot(block);
    const at = (index - this.firstOf(block)) * FACT_COUNT;
    facts[at + FACTS.samples] = samples;
    facts[at + FACTS.largest] = largest;
    facts[at + FACTS.looked] = looked;
  }

  /** Leaves a series to the query's own thread. */
  leaveOver(block: number, index: number): void {
    this.put(block, index, LEFT_OVER, 0, 0);
  }

  /** What was computed of a series; undefined when it was left over. */
  result(block: number, index: number): SeriesResult | undefined {
    const { facts, values, kinds } = this.slot(block);
    const place = index - this.firstOf(block);
    const at = place * FACT_COUNT;
    const samples = facts[at + FACTS.samples]!;
    if (samples === LEFT_OVER) return undefined;
    const from = place * this.stepCount;
    const to = from + this.stepCount;
    return {
      samples,
      largest: facts[at + FACTS.largest]!,
      looked: facts[at + FACTS.looked]!,
      values: values.subarray(from, to),
      kinds: kinds.subarray(from, to),
    };
  }

  /** Whether a block's slot is free: consumed, and no late helper writes there any more. */
  #hasRoom(block: number): boolean {
    if (block < SLOTS) return true;
    if (block >= this.consumed + SLOTS) return false;
    return this.isDone(block - SLOTS);
  }

  get #first(): number {
    return this.#words[FIRST_SERIES]!;
  }

  get #end(): number {
    return this.#first + this.#words[SERIES_COUNT]!;
  }

  get #blockSeries(): number {
    return this.#words[BLOCK_SERIES]!;
  }

  #view(at: number): BoardSlot {
    const series = this.#blockSeries;
    const steps = this.stepCount;
    const from = 4 * HEADER_WORDS + at * slotBytes(series, steps);
    const values = from + 8 * FACT_COUNT * series;
    return {
      facts: new Float64Array(this.buffer, from, FACT_COUNT * series),
      values: new Float64Array(this.buffer, values, series * steps),
      kinds: new Uint8Array(this.buffer, values + 8 * series * steps, series * steps),
    };
  }

  /** Resolves when a word is no longer what it was, or later than so many ms. */
  async #change(word: number, seen: number, atMostMs: number): Promise<void> {
    const waiting = Atomics.waitAsync(this.#words, word, seen, atMostMs);
    if (waiting.async) await waiting.value;
  }
}

/** The memory that a board needs. */
export function boardBytes(stepCount: number): number {
  return 4 * HEADER_WORDS + SLOTS * slotBytes(blockSeriesOf(stepCount), stepCount);
}

function blockSeriesOf(stepCount: number, wanted = BLOCK_SERIES_AT_MOST): number {
  const fitting = Math.floor(MOST_SLOT_BYTES / (BYTES_A_STEP * stepCount));
  return Math.max(1, Math.min(BLOCK_SERIES_AT_MOST, fitting, wanted));
}

function seatWord(use: number, state: number): number {
  return (use * SEAT_STATES + state) | 0;
}

function slotBytes(series: number, steps: number): number {
  return 8 * FACT_COUNT * series + ((BYTES_A_STEP * series * steps + 7) & ~7);
}
