import { ChunkError } from './errors.js';
import { KERNELS_BASE64 } from './kernels.generated.js';

const PAGE_BYTES = 65_536;
const TABLE_ENTRY_BYTES = 12;
/** How far the kernel's loads may reach beyond a chunk. */
const SPARE_BYTES = 96;

/** What {@link DecodeKernel.decode} found: views of the kernel's memory, valid until its next `begin`. */
export interface DecodedColumns {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  /** Bit for bit as stored. */
  readonly values: Float64Array;
}

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly crc32c: (from: number, length: number, previous: number) => number;
  readonly decodeXor: (table: number, chunks: number, times: number, values: number) => number;
}

/** Compiles the kernels. The module can be posted to other threads, which saves them the work. */
export function compileDecodeKernel(): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
}

/**
 * Decodes XOR chunks in a small WebAssembly memory of its own. A batch is three steps: {@link begin}, {@link add}
 * for each chunk (which copies it in), {@link decode}. One thread, one kernel; the memory grows with the largest
 * batch and is kept, so batches should stay below some hundred kilobytes.
 */
export class DecodeKernel {
  readonly #exports: KernelExports;
  /** Where the module's own data end. */
  readonly #tableAt: number;
  #bytes: Uint8Array;
  #words: Uint32Array;
  #capacity = 0;
  #chunks = 0;
  #samples = 0;
  #inputAt = 0;
  #inputEnd = 0;

  constructor(module: WebAssembly.Module = compileDecodeKernel()) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
    this.#tableAt = PAGE_BYTES;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    this.#words = new Uint32Array(this.#exports.memory.buffer);
  }

  /** Starts a batch of at most so many chunks. */
  begin(maxChunks: number): void {
    this.#capacity = maxChunks;
    this.#chunks = 0;
    this.#samples = 0;
    this.#inputAt = this.#tableAt + maxChunks * TABLE_ENTRY_BYTES;
    this.#inputEnd = this.#inputAt;
  }

  /** Samples in the batch so far. */
  get samples(): number {
    return this.#samples;
  }

  /** Copies in the chunk `source[start, start + length)`, of which the first `count` samples are wanted. */
  add(source: Uint8Array, start: number, length: number, count: number): void {
    const at = this.place(length, count);
    this.#bytes.set(source.subarray(start, start + length), at);
  }

  /**
   * As {@link add}, for a caller who copies himself: returns where in {@link words} (times four) the chunk's bytes
   * belong. There is room for whole words behind the last byte.
   */
  place(length: number, count: number): number {
    if (this.#chunks === this.#capacity)
      throw new RangeError(`more than ${this.#capacity} chunks in a batch`);
    const at = (this.#inputEnd + 3) & ~3;
    this.#reserve(at + length + SPARE_BYTES);
    const entry = (this.#tableAt + this.#chunks * TABLE_ENTRY_BYTES) >>> 2;
    this.#words[entry] = at;
    this.#words[entry + 1] = length;
    this.#words[entry + 2] = count;
    this.#inputEnd = at + length;
    this.#chunks++;
    this.#samples += count;
    return at;
  }

  /** CRC-32C of the chunk added last, behind bytes with the checksum `previous`. */
  checksum(previous: number): number {
    const entry = (this.#tableAt + (this.#chunks - 1) * TABLE_ENTRY_BYTES) >>> 2;
    return this.#exports.crc32c(this.#words[entry]!, this.#words[entry + 1]!, previous) >>> 0;
  }

  /** The kernel's memory, until the next {@link place}, {@link add} or {@link decode}. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** Decodes the batch, the chunks one after the other. @throws ChunkError when one ends before its samples do */
  decode(): DecodedColumns {
    const times = (this.#inputEnd + SPARE_BYTES + 7) & ~7;
    const values = times + 8 * this.#samples;
    this.#reserve(values + 8 * this.#samples);
    const failed = this.#exports.decodeXor(this.#tableAt, this.#chunks, times, values);
    if (failed >= 0) {
      const entry = (this.#tableAt + failed * TABLE_ENTRY_BYTES) >>> 2;
      const [length, count] = [this.#words[entry + 1]!, this.#words[entry + 2]!];
      throw new ChunkError(`XOR chunk of ${length} bytes ends before its ${count} samples`);
    }
    return {
      length: this.#samples,
      timestampsMs: new Float64Array(this.#bytes.buffer, times, this.#samples),
      values: new Float64Array(this.#bytes.buffer, values, this.#samples),
    };
  }

  #reserve(endBytes: number): void {
    if (endBytes <= this.#bytes.length) return;
    const { memory } = this.#exports;
    // Growing detaches the old buffer; doubling keeps that rare.
    const wanted = Math.max(endBytes, 2 * this.#bytes.length);
    memory.grow(Math.ceil((wanted - this.#bytes.length) / PAGE_BYTES));
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }
}
