import { type SharedRoom } from '@narthex/storage';
import { boardBytes, SeriesBoard } from './series-board.js';

/** Boards of queries that run at the same time and are kept for the next. */
const KEPT = 2;
const KEPT_BYTES = 4 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/**
 * The shared memory of boards, used again and again: what is shared lives until every thread that ever saw it has
 * collected its garbage, and some rarely do.
 */
export class BoardPool {
  readonly #free: BoardMemory[] = [];

  take(): BoardMemory {
    return this.#free.pop() ?? new BoardMemory();
  }

  /** Takes back what no helper sits at any more. */
  giveBack(memory: BoardMemory): void {
    memory.trim();
    if (this.#free.length < KEPT) this.#free.push(memory);
  }
}

/** The memory of one board, and of the series that are given away with it. */
export class BoardMemory implements SharedRoom {
  #uses = 0;
  #board = new SharedArrayBuffer(0);
  #pieces: SharedArrayBuffer[] = [];
  /** The piece that is being filled, and how far. */
  #piece = 0;
  #filled = 0;

  /** A board for the series `[first, end)`. What was before in this memory is void. */
  board(first: number, end: number, stepCount: number): SeriesBoard {
    const bytes = boardBytes(stepCount);
    if (this.#board.byteLength < bytes) this.#board = new SharedArrayBuffer(roundedUp(bytes));
    this.#piece = 0;
    this.#filled = 0;
    return SeriesBoard.create({ buffer: this.#board, use: ++this.#uses, first, end, stepCount });
  }

  copy<T extends Uint16Array | Uint32Array | Float64Array>(column: T): T {
    const bytes = roundedToWords(column.byteLength);
    while ((this.#pieces[this.#piece]?.byteLength ?? Infinity) < this.#filled + bytes) {
      this.#piece++;
      this.#filled = 0;
    }
    const buffer = (this.#pieces[this.#piece] ??= new SharedArrayBuffer(roundedUp(bytes)));
    const Column = column.constructor as new (
      buffer: SharedArrayBuffer,
      byteOffset: number,
      length: number,
    ) => T;
    const copy = new Column(buffer, this.#filled, column.length);
    copy.set(column);
    this.#filled += bytes;
    return copy;
  }

  /** Lets go of what only an unusual query needs. */
  trim(): void {
    if (this.#board.byteLength > KEPT_BYTES) this.#board = new SharedArrayBuffer(0);
    let bytes = 0;
    this.#pieces = this.#pieces.filter((piece) => (bytes += piece.byteLength) <= KEPT_BYTES);
  }
}

function roundedToWords(bytes: number): number {
  return (bytes + 7) & ~7;
}

function roundedUp(bytes: number): number {
  return Math.ceil(bytes / PIECE_BYTES) * PIECE_BYTES;
}
