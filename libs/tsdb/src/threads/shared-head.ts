import { EpochTable, type SharedAllocator, SharedViews } from '@narthex/bytes';
import {
  type ChunkQuerier,
  type ChunkQueryable,
  type Querier,
  type Queryable,
  StorageError,
} from '@narthex/storage';
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Transferable,
} from 'node:worker_threads';
import { type BlockList } from '../blocks/block-list.js';
import { type BlockSet } from '../blocks/block-set.js';
import { JoinedReader } from '../blocks/joined-reader.js';
import { ReaderBlocks } from '../blocks/reader-blocks.js';
import { takeOver } from '../blocks/take-over.js';
import { type GivenSeries, type TakenSeries } from '../read/given-series.js';
import { type HeadView } from '../read/head-querier.js';
import { HeadReader } from '../read/head-reader.js';
import { type ReaderCounters } from '../read/reader-parts.js';
import { ControlBlock } from '../shared/control-block.js';
import { QueryFlags } from './query-flags.js';

/**
 * All that another thread needs to read head and blocks. Post it as it is, by `workerData` or `postMessage`, with
 * {@link HeadShare.transferList}; then give it to {@link openSharedReader}.
 */
export interface SharedHeadHandles {
  readonly control: SharedArrayBuffer;
  readonly epochs: SharedArrayBuffer;
  readonly flags: SharedArrayBuffer;
  /** The segments there were at the time, by index. */
  readonly segments: readonly SharedArrayBuffer[];
  /** The blocks there were at the time. */
  readonly blocks: BlockList;
  /** The version of the list of blocks, and who has files open of which: see {@link BlockSet.versions}. */
  readonly blockVersions: SharedArrayBuffer;
  /**
   * Later segments and lists come here. The reader asks the port itself, at the moment it meets an unknown address or
   * version.
   */
  readonly newsPort: MessagePort;
  /** This reader's place in the epoch table. */
  readonly slot: number;
  readonly kernelModule: WebAssembly.Module;
  /** Where full chunks of the head are on disk, if they are. */
  readonly chunksFolder?: string | undefined;
}

/** What comes through {@link SharedHeadHandles.newsPort}, always to the reader. */
type News =
  | { readonly kind: 'segment'; readonly index: number; readonly buffer: SharedArrayBuffer }
  | { readonly kind: 'blocks'; readonly list: BlockList };

/** One thread's permission to read, seen from main. */
export interface HeadShare {
  readonly handles: SharedHeadHandles;
  /** Must be transferred along with the handles. */
  readonly transferList: readonly Transferable[];
  /**
   * Frees the reader's slot, so that nothing it held stays in memory. Happens by itself when the thread ends; calling
   * it while the thread still reads is an error of the caller's.
   */
  release(): void;
}

export interface HeadSharingOptions {
  readonly control: ControlBlock;
  readonly epochs: EpochTable;
  readonly flags: QueryFlags;
  readonly allocator: SharedAllocator;
  readonly kernelModule: WebAssembly.Module;
  readonly blocks: BlockSet;
  /** Where full chunks of the head are on disk, if they are. */
  readonly chunksFolder?: string | undefined;
  /** The slots that may be given away: from this one on. */
  readonly firstSlot: number;
}

/** Main's side: who reads in which slot, and who has to hear of new segments and blocks. */
export class HeadSharing {
  readonly #options: HeadSharingOptions;
  readonly #ports = new Map<number, MessagePort>();

  constructor(options: HeadSharingOptions) {
    this.#options = options;
    options.blocks.onList((list) => this.#tell({ kind: 'blocks', list }));
  }

  /** @throws StorageError when every slot is taken */
  share(): HeadShare {
    const { control, epochs, flags, allocator, kernelModule, blocks, chunksFolder, firstSlot } =
      this.#options;
    let slot = firstSlot;
    while (this.#ports.has(slot)) slot++;
    if (slot >= epochs.slotCount)
      throw new StorageError('CLOSED', `all ${epochs.slotCount} reader slots are taken`);
    const { port1, port2 } = new MessageChannel();
    this.#ports.set(slot, port1);
    const release = (): void => {
      if (this.#ports.get(slot) !== port1) return;
      this.#ports.delete(slot);
      epochs.leave(slot);
      blocks.versions.leave(slot);
      port1.close();
    };
    // The other end closes with its thread, however that ends.
    port1.once('close', release);
    port1.unref();
    return {
      handles: {
        control: control.buffer,
        epochs: epochs.buffer,
        flags: flags.buffer,
        segments: allocator.segments,
        blocks: blocks.list,
        blockVersions: blocks.versions.buffer,
        newsPort: port2,
        slot,
        kernelModule,
        chunksFolder,
      },
      transferList: [port2],
      release,
    };
  }

  /** Tells every reader of a new segment; it is in their queues before any address in it can be seen. */
  announce(index: number, buffer: SharedArrayBuffer): void {
    this.#tell({ kind: 'segment', index, buffer });
  }

  /** Readers that there are. */
  get readerCount(): number {
    return this.#ports.size;
  }

  close(): void {
    for (const port of [...this.#ports.values()]) port.close();
  }

  #tell(news: News): void {
    for (const port of this.#ports.values()) port.postMessage(news);
  }
}

/** Head and blocks, read from another thread. */
export interface SharedReader extends Queryable, ChunkQueryable {
  querier(minTimeMs: number, maxTimeMs: number): HeadView & Querier;
  chunkQuerier(minTimeMs: number, maxTimeMs: number): HeadView & ChunkQuerier;
  /**
   * Series that another thread has selected: what `handOver` of their set gave. That thread's querier must stay open
   * until these are closed. Undefined when one of their blocks is gone.
   */
  takeOver(given: object): TakenSeries | undefined;
  /** The head without the blocks. */
  readonly head: HeadReader;
  readonly flags: QueryFlags;
  readonly counters: Readonly<ReaderCounters>;
  /** Views that are open. */
  readonly openQueriers: number;
  /** Blocks of which this thread has files open. */
  readonly openBlocks: number;
  /** Lets go of everything; queriers must be closed before. */
  close(): void;
}

/** The reader's side: works in any thread, also in main itself. */
export function openSharedReader(handles: SharedHeadHandles): SharedReader {
  const { newsPort, slot, kernelModule } = handles;
  const hear = (news: News): void => {
    if (news.kind === 'segment') views.adopt(news.index, news.buffer);
    else blocks.adopt(news.list);
  };
  const receive = (): void => {
    for (
      let next = receiveMessageOnPort(newsPort);
      next !== undefined;
      next = receiveMessageOnPort(newsPort)
    ) {
      hear(next.message as News);
    }
  };
  const views = new SharedViews({ onMissing: receive });
  handles.segments.forEach((buffer, index) => views.adopt(index, buffer));
  const epochs = new EpochTable(handles.epochs);
  const head = new HeadReader({
    views,
    control: new ControlBlock(handles.control),
    epochs,
    slot,
    kernelModule,
    chunksFolder: handles.chunksFolder,
  });
  const blocks = new ReaderBlocks({
    versions: new EpochTable(handles.blockVersions),
    slot,
    list: handles.blocks,
    receive,
    kernel: head.kernel,
  });
  const reader = new JoinedReader(head, blocks);
  // An idle thread hears of removed blocks as well, and closes their files. The port does not keep it alive.
  newsPort.on('message', hear);
  newsPort.unref();
  return {
    head,
    flags: new QueryFlags(handles.flags),
    counters: head.counters,
    get openQueriers() {
      return head.openQueriers;
    },
    get openBlocks() {
      return blocks.openCount;
    },
    querier: (minTimeMs, maxTimeMs) => reader.querier(minTimeMs, maxTimeMs),
    chunkQuerier: (minTimeMs, maxTimeMs) => reader.chunkQuerier(minTimeMs, maxTimeMs),
    takeOver: (given) => takeOver(head, blocks, given as GivenSeries),
    close: () => {
      blocks.close();
      epochs.leave(slot);
      newsPort.close();
    },
  };
}
