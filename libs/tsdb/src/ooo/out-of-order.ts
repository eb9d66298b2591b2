import { type SharedAllocator } from '@narthex/bytes';
import { type ChunkFormat } from '../head/chunk-format.js';
import { type FileReferences } from '../head/file-references.js';
import { type LateChunkPlaces, LateSamples, type OooLog } from './late-samples.js';
import { createOooCounters, type OooCounters } from './ooo-counters.js';
import { OooStore } from './ooo-store.js';

/** What the writer of the head has for samples that come out of order. */
export class OutOfOrder {
  /** How far behind the head's newest sample others are taken; 0 for none. */
  windowMs = 0;
  /** Set once it has been replayed and is open. */
  log: OooLog | undefined;
  /** Set once the log has been replayed, where full chunks go to files. */
  places: LateChunkPlaces | undefined;
  readonly counters: OooCounters = createOooCounters();
  readonly store: OooStore;
  readonly late: LateSamples;

  constructor(allocator: SharedAllocator, files: FileReferences, rangeMs: number, format: ChunkFormat) {
    this.store = new OooStore(allocator, files, rangeMs);
    this.late = new LateSamples(this.store, format);
  }
}
