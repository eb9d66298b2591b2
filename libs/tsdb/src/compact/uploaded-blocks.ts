import { type Logger } from '@narthex/process';
import { readFileSync } from 'node:fs';
import { type BlockMeta } from '../block/block-meta.js';

/**
 * Which blocks may be compacted while a shipper, such as Thanos's sidecar, still has to upload those of level 1: it
 * keeps the list of what it has uploaded in a file (`--storage.tsdb.delay-compact-file.path`). A file that cannot be
 * read holds all blocks of level 1 back.
 */
export class UploadedBlocks {
  readonly #path: string;
  readonly #logger: Logger;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** A test of single blocks, by the file as it is now. */
  mayCompact(): (meta: BlockMeta) => boolean {
    const uploaded = this.#read();
    return ({ ulid, compaction }) => compaction.level > 1 || uploaded.has(ulid);
  }

  #read(): ReadonlySet<unknown> {
    try {
      const parsed = JSON.parse(readFileSync(this.#path, 'utf8')) as { uploaded?: unknown } | null;
      return new Set(Array.isArray(parsed?.uploaded) ? (parsed.uploaded as unknown[]) : []);
    } catch (error) {
      const err = error instanceof Error ? error : String(error);
      this.#logger.warn('cannot read TSDB upload meta file', { filename: this.#path, err });
      return new Set();
    }
  }
}
