import { MalformedMessageError } from '@narthex/bytes';
import { type Registry } from '@narthex/client';
import { type Clock, type Logger, Slices } from '@narthex/process';
import { type Appendable, type Appender, StorageError } from '@narthex/storage';
import { BodyTooLargeError, CompressionError } from '../errors.js';
import { type WriteMessage, writeMessageOf } from './content-type.js';
import { MAX_AHEAD_MS, type WriteFault } from './faults.js';
import { FloatBatch } from './float-batch.js';
import { LabelHash } from './label-hash.js';
import { WriteMetrics } from './metrics.js';
import { ReaderV1 } from './reader-v1.js';
import { ReaderV2 } from './reader-v2.js';
import { SeriesCache } from './series-cache.js';
import { type ReadingTools, type SeriesReader } from './series-reader.js';
import { decodeSnappyBody, loadSnappy, type SnappyCodec } from './snappy-body.js';
import { nothingWritten, type Written } from './written.js';

const SNAPPY = 'snappy';
/** After so long others get their turn. */
const SLICE_MS = 4;

export interface WriteReceiverOptions {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** As `--web.remote-write-receiver.accepted-protobuf-messages`. */
  readonly acceptedMessages: readonly string[];
}

/** The parts of an HTTP request that matter. */
export interface WriteRequest {
  /** The `Content-Type` header; empty when there is none. */
  readonly contentType: string;
  /** The `Content-Encoding` header; empty when there is none. */
  readonly contentEncoding: string;
  /** Called once, and only when the headers are good. May throw {@link BodyTooLargeError}. */
  readonly readBody: () => Promise<Uint8Array>;
}

export interface WriteAnswer {
  readonly status: 204 | 400 | 413 | 415 | 500;
  /** Plain text, empty for 204. */
  readonly text: string;
  /** How much was taken; for remote write 2.0 only. */
  readonly written: Written | undefined;
}

/**
 * Receives remote write 1.0 and 2.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/ and …_2_0/). One request
 * is one transaction, answered when it is in the log. Reading goes on in slices of a few milliseconds.
 */
export class WriteReceiver {
  readonly #options: WriteReceiverOptions;
  readonly #metrics: WriteMetrics;
  readonly #snappy: SnappyCodec;
  readonly #slices = new Slices();
  readonly #v1: ReadingTools;
  readonly #v2: ReadingTools;

  private constructor(options: WriteReceiverOptions, snappy: SnappyCodec) {
    this.#options = options;
    this.#snappy = snappy;
    this.#metrics = new WriteMetrics(options.registry);
    const { clock, logger } = options;
    const batch = new FloatBatch();
    // The versions have other bytes for the same labels: each has a cache of its own.
    const tools = (): ReadingTools => ({
      clock,
      logger,
      batch,
      hash: new LabelHash(),
      cache: new SeriesCache({ clock }),
    });
    this.#v1 = tools();
    this.#v2 = tools();
  }

  static async create(options: WriteReceiverOptions): Promise<WriteReceiver> {
    return new WriteReceiver(options, await loadSnappy());
  }

  /** Takes one request. What goes wrong with it is an answer, not an exception. */
  async receive({ contentType, contentEncoding, readBody }: WriteRequest): Promise<WriteAnswer> {
    const choice = this.#choose(contentType, contentEncoding);
    if ('refusal' in choice) {
      this.#options.logger.error('Error decoding remote write request', { err: choice.refusal });
      return answer(415, choice.refusal);
    }
    const { message } = choice;
    try {
      const body = await readBody();
      // Only whose turn it is gets memory for what the body holds.
      await this.#slices.turn();
      const bytes = await decodeSnappyBody(this.#snappy, body);
      return message === 'prometheus.WriteRequest' ? await this.#writeV1(bytes) : await this.#writeV2(bytes);
    } catch (error) {
      return this.#failed(error, message);
    }
  }

  #choose(contentType: string, contentEncoding: string): { message: WriteMessage } | { refusal: string } {
    const choice = writeMessageOf(contentType);
    if ('refusal' in choice) return choice;
    const { acceptedMessages } = this.#options;
    if (!acceptedMessages.includes(choice.message)) {
      const accepted = acceptedMessages.join(' ');
      return {
        refusal: `${choice.message} protobuf message is not accepted by this server; accepted [${accepted}]`,
      };
    }
    if (contentEncoding !== '' && contentEncoding.toLowerCase() !== SNAPPY) {
      return {
        refusal: `${contentEncoding} encoding (compression) is not accepted by this server; only ${SNAPPY} is acceptable`,
      };
    }
    return choice;
  }

  async #writeV1(message: Buffer): Promise<WriteAnswer> {
    const { appendable, logger, clock } = this.#options;
    const appender = appendable.appender();
    const tools = this.#v1;
    const latestMs = clock.nowMs() + MAX_AHEAD_MS;
    const reader = await this.#transact(
      appender,
      () => new ReaderV1({ message, appender, latestMs, tools }),
      (r) => r.fault,
    );
    const { fault, lateExemplars, invalidLabels } = reader;
    if (lateExemplars > 0) {
      logger.warn('Error on ingesting out-of-order exemplars', { num_dropped: lateExemplars });
    }
    if (fault === undefined) {
      this.#metrics.invalidLabels.inc(invalidLabels);
      return answer(204);
    }
    if (fault.status === 500) {
      logger.error('Error while remote writing the v1 request', { err: fault.text });
    }
    return answer(fault.status, fault.text);
  }

  async #writeV2(message: Buffer): Promise<WriteAnswer> {
    const { appendable, logger, clock } = this.#options;
    const appender = appendable.appender();
    const tools = this.#v2;
    const latestMs = clock.nowMs() + MAX_AHEAD_MS;
    const reader = await this.#transact(
      appender,
      () => new ReaderV2({ message, appender, latestMs, tools }),
      (r) => r.fatal,
    );
    const { fatal, faults, invalidLabels, written } = reader;
    this.#metrics.invalidLabels.inc(invalidLabels);
    if (fatal !== undefined) {
      logger.error('Error while remote writing the v2 request', { err: fatal.text });
      return answer(fatal.status, fatal.text, nothingWritten());
    }
    return faults.length === 0 ? answer(204, '', written) : answer(400, faults.join('\n'), written);
  }

  /** Reads a request in slices, and commits it unless something refuses it as a whole. */
  async #transact<R extends SeriesReader>(
    appender: Appender,
    open: () => R,
    refusal: (reader: R) => WriteFault | undefined,
  ): Promise<R> {
    const { clock } = this.#options;
    let reader: R;
    try {
      let startMs = clock.monotonicMs();
      reader = open();
      while (reader.step()) {
        if (clock.monotonicMs() - startMs < SLICE_MS) continue;
        reader.flush();
        await this.#slices.turn();
        startMs = clock.monotonicMs();
      }
    } catch (error) {
      this.#v1.batch.clear();
      this.#forget(appender);
      throw error;
    }
    if (refusal(reader) !== undefined) {
      this.#forget(appender);
      return reader;
    }
    this.#v1.cache.tidy();
    this.#v2.cache.tidy();
    try {
      await appender.commit();
    } catch (error) {
      this.#metrics.withoutMetadata.inc(reader.written.samples + reader.written.histograms);
      // Metadata that were noted as known have not been written.
      this.#v2.cache.clear();
      throw error;
    }
    return reader;
  }

  #forget(appender: Appender): void {
    appender.rollback();
    this.#v2.cache.clear();
  }

  #failed(error: unknown, message: WriteMessage): WriteAnswer {
    const { logger } = this.#options;
    const version = message === 'prometheus.WriteRequest' ? 'v1' : 'v2';
    if (error instanceof MalformedMessageError) {
      const fields = { protobuf_message: message, err: error.message };
      logger.error(`Error decoding ${version} remote write request`, fields);
      return answer(400, error.message);
    }
    if (error instanceof CompressionError) {
      logger.error('Error decompressing remote write request', { err: error.message });
      return answer(400, error.message);
    }
    if (error instanceof BodyTooLargeError) {
      logger.error('Error decoding remote write request', { err: error.message });
      return answer(413, error.message);
    }
    if (!(error instanceof StorageError)) throw error;
    logger.error(`Error while remote writing the ${version} request`, { err: error.message });
    return answer(500, error.message, version === 'v2' ? nothingWritten() : undefined);
  }
}

function answer(status: WriteAnswer['status'], text = '', written?: Written): WriteAnswer {
  return { status, text, written };
}
