import { MalformedMessageError, MessageWriter } from '@narthex/bytes';
import { type Registry } from '@narthex/client';
import { Labels } from '@narthex/model';
import { type Clock, type Logger, Slices } from '@narthex/process';
import { type ChunkQueryable, type Queryable, type SeriesSet, StorageError } from '@narthex/storage';
import { BodyTooLargeError, CompressionError, ReadError } from '../errors.js';
import { decodeSnappyBody, loadSnappy, type SnappyCodec } from '../write/snappy-body.js';
import { chunkFrames } from './chunk-frames.js';
import { ReadMetrics } from './metrics.js';
import { ReadGate } from './read-gate.js';
import { hintsOf, RESPONSE_TYPE, responseTypeOf, storedMatchers } from './read-plan.js';
import { readReadRequest, type ReadQuery, type ReadRequest } from './read-request.js';
import { writeSampleResult } from './sample-result.js';

/** After so long others get their turn. */
const SLICE_MS = 4;

const NOTHING: SeriesSet = {
  length: 0,
  warnings: [],
  labels: () => Labels.EMPTY,
  read: () => undefined,
};

export interface ReadReceiverOptions {
  readonly storage: Queryable & ChunkQueryable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Those of the configuration in force. */
  readonly externalLabels: () => Labels;
  /** `--storage.remote.read-sample-limit`: of one query's samples; 0 for none. Streamed answers have no limit. */
  readonly sampleLimit: number;
  /** `--storage.remote.read-concurrent-limit`. */
  readonly concurrentLimit: number;
  /** `--storage.remote.read-max-bytes-in-frame`. */
  readonly maxBytesInFrame: number;
}

/** An answer as it goes out: parts are made as they are taken. */
export interface ReadAnswer {
  readonly contentType: string;
  /** Empty for none. */
  readonly contentEncoding: 'snappy' | '';
  readonly parts: AsyncIterable<Uint8Array>;
}

/**
 * Answers remote read (https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/): samples, or chunks as
 * they are stored. Works on the caller's thread, in slices of a few milliseconds.
 */
export class ReadReceiver {
  readonly #options: ReadReceiverOptions;
  readonly #snappy: SnappyCodec;
  readonly #gate: ReadGate;
  readonly #metrics: ReadMetrics;
  readonly #slices = new Slices();

  private constructor(options: ReadReceiverOptions, snappy: SnappyCodec) {
    this.#options = options;
    this.#snappy = snappy;
    this.#gate = new ReadGate(options.concurrentLimit);
    this.#metrics = new ReadMetrics(options.registry);
  }

  static async create(options: ReadReceiverOptions): Promise<ReadReceiver> {
    return new ReadReceiver(options, await loadSnappy());
  }

  /**
   * Answers one request with `send`, which takes the parts as fast as the client does. `signal` tells that the client
   * is gone.
   * @throws ReadError with status and text; once `send` was called the answer has to be broken off instead
   */
  async receive(
    readBody: () => Promise<Uint8Array>,
    send: (answer: ReadAnswer) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.monotonicMs();
    if (!(await this.#gate.enter(signal))) throw new ReadError(500, 'context canceled');
    this.#metrics.waitSeconds.observe((clock.monotonicMs() - startMs) / 1000);
    this.#metrics.queries.inc();
    try {
      const request = await this.#decoded(readBody);
      if (responseTypeOf(request.acceptedResponseTypes) === RESPONSE_TYPE.samples) {
        await send(await this.#samples(request));
      } else await send(await this.#chunks(request));
    } catch (cause) {
      if (cause instanceof StorageError) throw new ReadError(500, cause.message, { cause });
      throw cause;
    } finally {
      this.#metrics.queries.dec();
      this.#gate.leave();
    }
  }

  async #decoded(readBody: () => Promise<Uint8Array>): Promise<ReadRequest> {
    try {
      return readReadRequest(await decodeSnappyBody(this.#snappy, await readBody()));
    } catch (cause) {
      const known =
        cause instanceof MalformedMessageError ||
        cause instanceof CompressionError ||
        cause instanceof BodyTooLargeError;
      if (!known) throw cause;
      throw new ReadError(400, cause.message, { cause });
    }
  }

  async #samples({ queries }: ReadRequest): Promise<ReadAnswer> {
    const { storage, logger, sampleLimit } = this.#options;
    const externalLabels = this.#options.externalLabels();
    const writer = new MessageWriter();
    const rest = this.#rest();
    for (const query of queries) {
      const matchers = storedMatchers(query, externalLabels);
      const querier = storage.querier(query.startMs, query.endMs);
      try {
        // Without a matcher nothing is asked for.
        const set = matchers.length === 0 ? NOTHING : await querier.select(false, hintsOf(query), matchers);
        await writeSampleResult(writer, set, { externalLabels, sampleLimit, rest });
        for (const err of set.warnings) logger.warn('Warnings on remote read query', { err });
      } finally {
        querier.close();
      }
    }
    const compressed = await this.#snappy.compress(writer.copy());
    const parts = (async function* () {
      yield await Promise.resolve(compressed);
    })();
    return { contentType: 'application/x-protobuf', contentEncoding: 'snappy', parts };
  }

  /** Matchers are judged before the answer begins, so that a bad one still has a status. */
  #chunks({ queries }: ReadRequest): Promise<ReadAnswer> {
    const externalLabels = this.#options.externalLabels();
    const plans = queries.map((query) => ({ query, matchers: storedMatchers(query, externalLabels) }));
    return Promise.resolve({
      contentType: 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse',
      contentEncoding: '',
      parts: this.#frames(plans, externalLabels),
    });
  }

  async *#frames(
    plans: readonly { readonly query: ReadQuery; readonly matchers: ReturnType<typeof storedMatchers> }[],
    externalLabels: Labels,
  ): AsyncGenerator<Uint8Array> {
    const { storage, logger, maxBytesInFrame } = this.#options;
    const rest = this.#rest();
    for (const [queryIndex, { query, matchers }] of plans.entries()) {
      if (matchers.length === 0) continue;
      const querier = storage.chunkQuerier(query.startMs, query.endMs);
      try {
        const set = await querier.select(true, hintsOf(query), matchers);
        for (const frame of chunkFrames(set, { queryIndex, externalLabels, maxBytesInFrame })) {
          yield frame;
          await rest();
        }
        for (const warnings of set.warnings) {
          logger.warn('Warnings on chunked remote read query', { warnings });
        }
      } finally {
        querier.close();
      }
    }
  }

  /** Waits for the next turn when the slice is over. */
  #rest(): () => Promise<void> | undefined {
    const { clock } = this.#options;
    let startMs = clock.monotonicMs();
    return () => {
      if (clock.monotonicMs() - startMs < SLICE_MS) return undefined;
      return this.#slices.turn().then(() => {
        startMs = clock.monotonicMs();
      });
    };
  }
}
