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
import { type HeadView } from '../read/head-querier.js';
import { HeadReader } from '../read/head-reader.js';
import { type ReaderCounters } from '../read/reader-parts.js';
import { ControlBlock } from '../shared/control-block.js';
import { QueryFlags } from './query-flags.js';

/**
 * All that another thread needs to read the head. Post it as it is, by `workerData` or `postMessage`, with
 * {@link HeadShare.transferList}; then give it to {@link openSharedReader}.
 */
export interface SharedHeadHandles {
  readonly control: SharedArrayBuffer;
  readonly epochs: SharedArrayBuffer;
  readonly flags: SharedArrayBuffer;
  /** The segments there were at the time, by index. */
  readonly segments: readonly SharedArrayBuffer[];
  /** Later segments come here. The reader asks the port itself, at the moment it meets an unknown address. */
  readonly segmentsPort: MessagePort;
  /** This reader's place in the epoch table. */
  readonly slot: number;
  readonly kernelModule: WebAssembly.Module;
}

/** What comes through {@link SharedHeadHandles.segmentsPort}: the only message there is, always to the reader. */
interface SegmentMessage {
  readonly index: number;
  readonly buffer: SharedArrayBuffer;
}

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
  /** The slots that may be given away: from this one on. */
  readonly firstSlot: number;
}

/** Main's side: who reads in which slot, and who has to hear of new segments. */
export class HeadSharing {
  readonly #options: HeadSharingOptions;
  readonly #ports = new Map<number, MessagePort>();

  constructor(options: HeadSharingOptions) {
    this.#options = options;
  }

  /** @throws StorageError when every slot is taken */
  share(): HeadShare {
    const { control, epochs, flags, allocator, kernelModule, firstSlot } = this.#options;
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
        segmentsPort: port2,
        slot,
        kernelModule,
      },
      transferList: [port2],
      release,
    };
  }

  /** Tells every reader of a new segment; it is in their queues before any address in it can be seen. */
  announce(index: number, buffer: SharedArrayBuffer): void {
    const message: SegmentMessage = { index, buffer };
    for (const port of this.#ports.values()) port.postMessage(message);
  }

  /** Readers that there are. */
  get readerCount(): number {
    return this.#ports.size;
  }

  close(): void {
    for (const port of [...this.#ports.values()]) port.close();
  }
}

/** The head, read from another thread. */
export interface SharedReader extends Queryable, ChunkQueryable {
  querier(minTimeMs: number, maxTimeMs: number): HeadView & Querier;
  chunkQuerier(minTimeMs: number, maxTimeMs: number): HeadView & ChunkQuerier;
  readonly flags: QueryFlags;
  readonly counters: Readonly<ReaderCounters>;
  /** Views that are open. */
  readonly openQueriers: number;
  /** Lets go of everything; queriers must be closed before. */
  close(): void;
}

/** The reader's side: works in any thread, also in main itself. */
export function openSharedReader(handles: SharedHeadHandles): SharedReader {
  const { segmentsPort } = handles;
  const views = new SharedViews({
    onMissing: () => {
      for (
        let next = receiveMessageOnPort(segmentsPort);
        next !== undefined;
        next = receiveMessageOnPort(segmentsPort)
      ) {
        const { index, buffer } = next.message as SegmentMessage;
        views.adopt(index, buffer);
      }
    },
  });
  handles.segments.forEach((buffer, index) => views.adopt(index, buffer));
  const epochs = new EpochTable(handles.epochs);
  const reader = new HeadReader({
    views,
    control: new ControlBlock(handles.control),
    epochs,
    slot: handles.slot,
    kernelModule: handles.kernelModule,
  });
  return {
    flags: new QueryFlags(handles.flags),
    counters: reader.counters,
    get openQueriers() {
      return reader.openQueriers;
    },
    querier: (minTimeMs, maxTimeMs) => reader.querier(minTimeMs, maxTimeMs),
    chunkQuerier: (minTimeMs, maxTimeMs) => reader.chunkQuerier(minTimeMs, maxTimeMs),
    close: () => {
      epochs.leave(handles.slot);
      segmentsPort.close();
    },
  };
}
