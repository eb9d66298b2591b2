import { ShortBufferError } from '@narthex/bytes';
import { type RandomAccessFile } from './random-access-file.js';

const PAGE_BYTES = 16 * 1024;
/** A page holds so much of the next one as well, so that what begins in it is mostly whole. */
const OVERLAP_BYTES = 1024;
/** A file has as many at least, if it needs them. */
const LEAST_PAGES = 2;
/** 4 MiB of pages a pool. */
const MOST_PAGES = 256;
const NO_BYTES = new Uint8Array(0);

/** Memory for pages, which the files that one thread reads share, and which stays when they do not need it. */
export class PagePool {
  readonly #resting: Uint8Array[] = [];
  #lent = 0;

  /** A page; none when enough are in use, unless it is `needed`. */
  take(needed: boolean): Uint8Array | undefined {
    if (this.#lent >= MOST_PAGES && !needed) return undefined;
    this.#lent++;
    return this.#resting.pop() ?? new Uint8Array(PAGE_BYTES + OVERLAP_BYTES);
  }

  /** Takes a page back. */
  rest(page: Uint8Array): void {
    this.#lent--;
    if (this.#lent + this.#resting.length < MOST_PAGES) this.#resting.push(page);
  }
}

interface Page {
  number: number;
  length: number;
  usedAt: number;
  readonly bytes: Uint8Array;
}

/** Reads a file at random places through pages, of which it keeps the ones used last until they are released. */
export class FilePages {
  /** What {@link find} has found: bytes that the caller only reads, and where in them; valid until its next call. */
  bytes: Uint8Array = NO_BYTES;
  at = 0;
  readonly #file: RandomAccessFile;
  readonly #pool: PagePool;
  readonly #pages: Page[] = [];
  readonly #byNumber = new Map<number, Page>();
  #last: Page | undefined;
  /** For what is longer than a page. */
  #long = NO_BYTES;
  #uses = 0;

  constructor(file: RandomAccessFile, pool: PagePool) {
    this.#file = file;
    this.#pool = pool;
  }

  /** Finds `length` bytes from a place in the file on. @throws ShortBufferError behind the file's end */
  find(position: number, length: number): void {
    const { sizeBytes } = this.#file;
    if (position < 0 || position + length > sizeBytes)
      throw new ShortBufferError(length, sizeBytes - position);
    const number = Math.floor(position / PAGE_BYTES);
    const page = this.#last?.number === number ? this.#last : this.#page(number);
    const at = position - number * PAGE_BYTES;
    if (at + length <= page.length) {
      this.bytes = page.bytes;
      this.at = at;
      return;
    }
    if (this.#long.length < length) this.#long = new Uint8Array(length);
    this.#read(this.#long, length, position);
    this.bytes = this.#long;
    this.at = 0;
  }

  /** Lets all pages go. */
  release(): void {
    for (const { bytes } of this.#pages) this.#pool.rest(bytes);
    this.#pages.length = 0;
    this.#byNumber.clear();
    this.#last = undefined;
    this.#long = this.bytes = NO_BYTES;
  }

  #page(number: number): Page {
    const page = this.#byNumber.get(number) ?? this.#load(number);
    page.usedAt = ++this.#uses;
    this.#last = page;
    return page;
  }

  #load(number: number): Page {
    const page = this.#free();
    const position = number * PAGE_BYTES;
    const wanted = Math.min(PAGE_BYTES + OVERLAP_BYTES, this.#file.sizeBytes - position);
    page.number = -1;
    this.#read(page.bytes, wanted, position);
    page.number = number;
    page.length = wanted;
    this.#byNumber.set(number, page);
    return page;
  }

  #read(into: Uint8Array, length: number, position: number): void {
    const read = this.#file.read(into, 0, length, position);
    if (read < length) throw new ShortBufferError(length, read);
  }

  /** A page for other bytes: a new one, or the one that was not used for longest. */
  #free(): Page {
    const pages = this.#pages;
    const bytes = this.#pool.take(pages.length < LEAST_PAGES);
    if (bytes !== undefined) {
      const page = { number: -1, length: 0, usedAt: 0, bytes };
      pages.push(page);
      return page;
    }
    let oldest = pages[0]!;
    for (const page of pages) if (page.usedAt < oldest.usedAt) oldest = page;
    this.#byNumber.delete(oldest.number);
    if (this.#last === oldest) this.#last = undefined;
    return oldest;
  }
}
