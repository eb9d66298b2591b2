import { type Clock, type Logger } from '@narthex/process';
import { CHUNK_ENCODING, StorageError } from '@narthex/storage';
import { mkdirSync, openSync, readSync, closeSync, rmSync } from 'node:fs';
import { chunkFilePath, listChunkFiles } from './chunk-file-names.js';
import { checkFileHeader, scanChunkFile, type ScannedChunk } from './chunk-file-scan.js';
import { HeadChunkCorruptionError, HeadChunkSequenceError } from './errors.js';
import { FoundChunks } from './found-chunks.js';
import { FoundLateChunks } from './found-late-chunks.js';

const ENCODINGS: ReadonlySet<number> = new Set(Object.values(CHUNK_ENCODING));
const MAGIC_BYTES = 4;

export interface LoadOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Chunks that end before this are left out, since blocks hold them. */
  readonly minValidTimeMs: number;
}

/** What the files of full head chunks hold. */
export interface LoadedChunks {
  readonly chunks: FoundChunks;
  /** Those of out-of-order samples, whose log has the samples too. */
  readonly late: FoundLateChunks;
  /** The newest file; 0 when there is none. */
  readonly lastFile: number;
  /** How often chunks were found damaged. */
  readonly corruptions: number;
}

/**
 * Reads all files of full head chunks. Damaged ones are deleted together with those behind them, as upstream does: the
 * log still has the samples.
 * @throws StorageError with code `CORRUPT` where a file is missing in the middle or has the header of something else
 */
export async function loadHeadChunks(options: LoadOptions): Promise<LoadedChunks> {
  const { folder, logger } = options;
  mkdirSync(folder, { recursive: true });
  const files = listChunkFiles(folder);
  removeEmptyLast(folder, files);
  for (let i = 1; i < files.length; i++) {
    const [before, file] = [files[i - 1]!, files[i]!];
    if (file === before + 1) continue;
    throw new StorageError(
      'CORRUPT',
      `found unsequential head chunk files ${chunkFilePath(folder, before)} (index: ${before}) and ` +
        `${chunkFilePath(folder, file)} (index: ${file})`,
    );
  }
  for (const file of files) await checkFileHeader(folder, file);
  const loading = new Loading(options);
  try {
    for (const file of files) await loading.read(file);
  } catch (error) {
    if (!(error instanceof HeadChunkCorruptionError) && !(error instanceof HeadChunkSequenceError))
      throw error;
    logger.error('Loading on-disk chunks failed', { err: `iterate on-disk chunks: ${error.message}` });
    logger.info('Deleting mmapped chunk files');
    if (error instanceof HeadChunkSequenceError) {
      logger.info('Deletion of corrupted mmap chunk files failed, discarding chunk files completely', {
        err: `cannot handle error: ${error.message}`,
      });
    }
    const first = error instanceof HeadChunkCorruptionError ? error.file : 0;
    // The newest first, so that there is never a gap.
    for (const file of files.filter((each) => each >= first).reverse()) rmSync(chunkFilePath(folder, file));
    files.splice(0, files.length, ...files.filter((file) => file < first));
    loading.dropFrom(first);
    if (error instanceof HeadChunkCorruptionError)
      logger.info('Deletion of mmap chunk files successful, reattempting m-mapping the on-disk chunks');
  }
  const { chunks, late, corruptions } = loading;
  return { chunks, late, lastFile: files.at(-1) ?? 0, corruptions };
}

class Loading {
  readonly chunks = new FoundChunks();
  readonly late = new FoundLateChunks();
  corruptions = 0;
  readonly #options: LoadOptions;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  async read(file: number): Promise<void> {
    const { folder, clock } = this.#options;
    try {
      await scanChunkFile({ folder, file, clock, visit: (chunk) => this.#take(chunk) });
    } catch (error) {
      this.corruptions++;
      throw error;
    }
  }

  dropFrom(file: number): void {
    this.chunks.dropFrom(file);
    this.late.dropFrom(file);
  }

  #take(chunk: Readonly<ScannedChunk>): void {
    if (!ENCODINGS.has(chunk.encoding)) return;
    if (chunk.outOfOrder) this.late.add(chunk);
    else if (chunk.maxTimeMs >= this.#options.minValidTimeMs) this.chunks.add(chunk);
  }
}

/** A file that was created and never written to, as a crash may leave it. */
function removeEmptyLast(folder: string, files: number[]): void {
  const last = files.at(-1);
  if (last === undefined || last === 0) return;
  const path = chunkFilePath(folder, last);
  const magic = Buffer.alloc(MAGIC_BYTES);
  const descriptor = openSync(path, 'r');
  let length: number;
  try {
    length = readSync(descriptor, magic, 0, MAGIC_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  if (length === MAGIC_BYTES && magic.readUInt32BE(0) !== 0) return;
  rmSync(path);
  files.pop();
}
