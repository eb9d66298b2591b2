/*
 * Where things stand in shared memory, in 32-bit words from the start of a block. Doubles stand at even places. Only
 * main writes; "published" words change only inside a publication window of the {@link ControlBlock}, the others are
 * main's own notes that no reader looks at.
 */

/** One series. */
export const ROW = {
  /** The last commit that added samples, and how many samples the series had ever been given after it. */
  commit: 0,
  /** The commit before that, and the count as it was then. */
  commitBefore: 1,
  count: 2,
  countBefore: 3,
  /** Block of {@link LABELS}; 0 once the series is gone. */
  labels: 4,
  /** The first {@link ENTRY} of the full chunks, oldest first, and how many there are. */
  firstEntry: 5,
  entryCount: 6,
  /** The first {@link PIECE} of the chunk being written, the bits in use, and the count at which it began. */
  open: 7,
  openBits: 8,
  openFirst: 9,
  openMinTime: 10,
  /** Time of the last sample; -Infinity while there is none. */
  lastTime: 12,
  /** Block of {@link TOMBSTONES}, 0 for none. */
  tombstones: 14,
  /** Encoding of the open chunk, one of `CHUNK_ENCODING`. */
  openEncoding: 15,
  // Main's own from here on.
  lastValue: 16,
  delta: 18,
  /** When the open chunk is to be cut at the latest. */
  cutAt: 20,
  /** The series' number in the log. */
  walRef: 22,
  /** The last piece of the open chunk. */
  openTail: 24,
  /** The last appender that mentioned the series. */
  touchedBy: 25,
  lastEntry: 26,
  /** Leading zeros of the XOR window, trailing zeros times 256. */
  window: 27,
  /** Published: the out-of-order block of the series, 0 for none. */
  ooo: 28,
  /** How many of the last full chunks are not on disk yet. */
  unwritten: 29,
  words: 30,
} as const;

/** A full chunk, in a chain. */
export const ENTRY = {
  /** The entry of the chunk behind this one. */
  next: 0,
  /** The first {@link PIECE}, or where the data begin in a head chunk file. */
  chunk: 1,
  sizeBytes: 2,
  /** Samples in the lower 16 bits, encoding in the upper. */
  countAndEncoding: 3,
  minTime: 4,
  maxTime: 6,
  /** The series' count at which the chunk begins; of an out-of-order chunk its number among all of the head. */
  first: 8,
  /** The number of the head chunk file that holds the chunk; 0 while it is in memory. */
  file: 9,
  words: 10,
} as const;

/**
 * What a series has out of order: samples being collected, in the order of their arrival, and full chunks behind them.
 * Both as they are after the last commit that added to them, and as they were before it.
 */
export const OOO = {
  commit: 0,
  commitBefore: 1,
  /** The {@link OOO_SAMPLE}s being collected, and how many there are. */
  buffer: 2,
  buffered: 3,
  bufferBefore: 4,
  bufferedBefore: 5,
  /** The first {@link ENTRY} of the full chunks, oldest first, and how many there are. Their times may overlap. */
  firstEntry: 6,
  entryCount: 7,
  entryCountBefore: 8,
  /** How many samples the block of the buffer has room for. Main's own, as all that follows. */
  capacity: 9,
  lastEntry: 10,
  words: 12,
} as const;

/**
 * Samples collected out of order, one behind the other: a double for the time, one for the value. In place of the value
 * of a histogram stand the address and the length of a chunk that holds it alone, and the chunk's encoding behind them;
 * 0 there tells a float.
 */
export const OOO_SAMPLE = { time: 0, value: 2, encoding: 4, words: 6 } as const;

/**
 * The bytes of a chunk stand in a chain of pieces of one size, so that a growing chunk is never moved, and whatever
 * a chunk leaves behind fits the next one. The chunk's header (its count) is kept blank.
 */
export const PIECE = { next: 0, data: 1, dataWords: 15, dataBytes: 60, bytes: 64 } as const;

/** The labels of a series: their number, a hash of the pairs, then the addresses of the pairs in order of names. */
export const LABELS = { length: 0, hash: 1, pairs: 2 } as const;

/** A label name with one of its values, while some series has it. */
export const PAIR = {
  /** Differs for every pair that ever stood at an address: tells a cache whether what it knows is still true. */
  serial: 0,
  valueHash: 1,
  name: 2,
  /** List of the series that have the pair, ids ascending. */
  postings: 3,
  postingsTail: 4,
  seriesCount: 5,
  valueBytes: 6,
  /** The value in UTF-8. */
  value: 7,
} as const;

/** A label name. Names are never removed. */
export const NAME = {
  nameBytes: 0,
  /** List of (value hash, pair). */
  values: 1,
  valuesTail: 2,
  valueCount: 3,
  /** The name in UTF-8. */
  name: 4,
} as const;

/** A piece of a list of words. */
export const LEAF = { next: 0, length: 1, capacity: 2, items: 3 } as const;

/** Deleted times of a series: their number, a blank, then pairs of doubles, first and last time of each. */
export const TOMBSTONES = { length: 0, intervals: 2 } as const;

export const WORD_BYTES = 4;
