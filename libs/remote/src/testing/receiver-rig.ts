import { Registry } from '@narthex/client';
import { ManualClock, RecordingLogger } from '@narthex/testkit';
import { compressSync } from 'snappy';
import { WRITE_MESSAGES } from '../write/content-type.js';
import { type WriteAnswer, WriteReceiver } from '../write/write-receiver.js';
import { MemoryStorage } from './memory-storage.js';

export const NOW_MS = 1_700_000_000_000;

/** A receiver over a storage in memory. */
export class ReceiverRig {
  readonly storage = new MemoryStorage();
  readonly logger = new RecordingLogger();
  readonly registry = new Registry();
  readonly clock: ManualClock;
  #receiver: WriteReceiver | undefined;

  private constructor(nowMs: number) {
    this.clock = new ManualClock(nowMs);
  }

  static async create(
    acceptedMessages: readonly string[] = WRITE_MESSAGES,
    nowMs = NOW_MS,
  ): Promise<ReceiverRig> {
    const rig = new ReceiverRig(nowMs);
    const { storage: appendable, logger, registry, clock } = rig;
    rig.#receiver = await WriteReceiver.create({ appendable, clock, logger, registry, acceptedMessages });
    return rig;
  }

  /** Sends a message, compressed as it should be. */
  send(message: Uint8Array, version: 1 | 2 = 1): Promise<WriteAnswer> {
    const contentType = `application/x-protobuf;proto=${WRITE_MESSAGES[version - 1]!}`;
    return this.sendBody(compressSync(message), contentType);
  }

  sendBody(body: Uint8Array, contentType = '', contentEncoding = 'snappy'): Promise<WriteAnswer> {
    return this.#receiver!.receive({ contentType, contentEncoding, readBody: () => Promise.resolve(body) });
  }

  async metric(name: string): Promise<number> {
    const metric = await this.registry.getSingleMetric(name)?.get();
    return metric?.values[0]?.value ?? 0;
  }
}
