import { Matcher } from '@narthex/model';
import { createCheckpoint, loadWalCodecs, type WalCodecs } from '@narthex/wal';
import { type MessagePort } from 'node:worker_threads';
import { readBlockMeta, writeBlockMeta } from '../block/block-meta.js';
import { BlockReader } from '../block/block-reader.js';
import { mergeBlocks } from '../block/merge-blocks.js';
import { MaintenanceError } from '../errors.js';
import { type HeadPart } from '../read/head-querier.js';
import { RefSet } from '../read/live-wal-refs.js';
import { openSharedReader, type SharedReader } from '../threads/shared-head.js';
import { writeHeadBlock } from './head-block.js';
import {
  type CheckpointTask,
  type DeletionTask,
  type ErrorText,
  type FromMaintenance,
  type HeadBlockTask,
  type MaintenanceResults,
  type MaintenanceTask,
  type MarkTask,
  type MergeTask,
  type ToMaintenance,
} from './protocol.js';
import { StopWord } from './stop-word.js';

/** Does background work that comes through the port: all that the worker's own file has to call. */
export function runMaintenanceWorker(port: MessagePort, loadCodecs = () => loadWalCodecs()): void {
  const worker = new MaintenanceWorker((message) => port.postMessage(message), loadCodecs);
  port.on('message', (message: ToMaintenance) => {
    switch (message.kind) {
      case 'open':
        worker.open(openSharedReader(message.handles), new StopWord(message.stop));
        break;
      case 'task':
        void worker.run(message.id, message.task);
        break;
      case 'close':
        worker.close();
        port.close();
    }
  });
}

class MaintenanceWorker {
  readonly #post: (message: FromMaintenance) => void;
  readonly #loadCodecs: () => Promise<WalCodecs>;
  /** Loaded once: each time takes memory that is slow to come back. */
  #codecs: Promise<WalCodecs> | undefined;
  #reader: SharedReader | undefined;
  #stop = new StopWord();

  constructor(post: (message: FromMaintenance) => void, loadCodecs: () => Promise<WalCodecs>) {
    this.#post = post;
    this.#loadCodecs = loadCodecs;
  }

  open(reader: SharedReader, stop: StopWord): void {
    this.#reader = reader;
    this.#stop = stop;
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  async run(id: number, task: MaintenanceTask): Promise<void> {
    try {
      const result = await this.#run(task);
      this.#post({ kind: 'done', id, result });
    } catch (error) {
      this.#post({ kind: 'failed', id, error: errorText(error) });
    }
  }

  #run(task: MaintenanceTask): Promise<MaintenanceResults[MaintenanceTask['kind']]> {
    this.#stop.check();
    switch (task.kind) {
      case 'headBlock':
        return writeHeadBlock(this.#shared().head.part(partOf(task)), task, this.#stop);
      case 'merge':
        return this.#merge(task);
      case 'deletion':
        return Promise.resolve(this.#delete(task));
      case 'checkpoint':
        return this.#checkpoint(task);
      case 'mark':
        mark(task);
        return Promise.resolve(undefined);
    }
  }

  async #merge({ blocks, ...options }: MergeTask): Promise<MaintenanceResults['merge']> {
    const readers: BlockReader[] = [];
    try {
      for (const folder of blocks) readers.push(this.#open(folder));
      return { meta: await mergeBlocks({ ...options, blocks: readers, onTurn: () => this.#stop.check() }) };
    } finally {
      for (const reader of readers) reader.close();
    }
  }

  #delete({ block, minTimeMs, maxTimeMs, matchers }: DeletionTask): MaintenanceResults['deletion'] {
    const reader = this.#open(block);
    try {
      const made = matchers.map(({ type, name, value }) => new Matcher(type, name, value));
      reader.delete(minTimeMs, maxTimeMs, made);
      return { numTombstones: reader.meta.stats.numTombstones };
    } finally {
      reader.close();
    }
  }

  async #checkpoint({ mentionedRefs, ...task }: CheckpointTask): Promise<MaintenanceResults['checkpoint']> {
    const live = this.#shared().head.liveWalRefs();
    const mentioned = new RefSet();
    for (const ref of mentionedRefs) mentioned.add(ref);
    const { stats } = await createCheckpoint({
      ...task,
      codecs: await this.#loadedCodecs(),
      keepSeries: (ref) => {
        this.#stop.check();
        return live.has(ref) || mentioned.has(ref);
      },
    });
    return { stats };
  }

  #open(folder: string): BlockReader {
    return BlockReader.open({ folder, kernel: this.#shared().head.kernel });
  }

  #shared(): SharedReader {
    if (this.#reader === undefined) throw new MaintenanceError('FAILED', 'the worker was given no head');
    return this.#reader;
  }

  #loadedCodecs(): Promise<WalCodecs> {
    this.#codecs ??= this.#loadCodecs().catch((error: unknown) => {
      // The next checkpoint tries again.
      this.#codecs = undefined;
      throw error;
    });
    return this.#codecs;
  }
}

function partOf({ outOfOrderBefore, everything, seriesIds }: HeadBlockTask): HeadPart {
  if (everything === true) return 'everything';
  if (seriesIds !== undefined) return { seriesIds };
  return outOfOrderBefore === undefined ? 'inOrder' : { outOfOrderBefore };
}

function mark({ blocks, mark: marks }: MarkTask): void {
  for (const folder of blocks) {
    const meta = readBlockMeta(folder);
    writeBlockMeta(folder, { ...meta, compaction: { ...meta.compaction, ...marks } });
  }
}

function errorText(error: unknown): ErrorText {
  if (typeof error !== 'object' || error === null) return { message: String(error), code: undefined };
  const { message, code } = error as Partial<NodeJS.ErrnoException>;
  return { message: message ?? 'unknown error', code };
}
