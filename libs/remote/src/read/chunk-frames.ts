import { crc32c, MessageWriter } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { type ChunkRead, type ChunkSeriesSet } from '@narthex/storage';
import { encodeLabels } from '../encode/encode-v1.js';
import { outgoingLabels } from './read-plan.js';

export interface ChunkFrameOptions {
  readonly queryIndex: number;
  readonly externalLabels: Labels;
  /** Frames end behind the chunk that reaches this size. */
  readonly maxBytesInFrame: number;
}

/**
 * The chunks of the series found, undecoded, as a stream of `prometheus.ChunkedReadResponse`: before each message come
 * its length as a varint and its CRC-32C, big-endian. A frame holds one series at most; a series may take several.
 */
export function* chunkFrames(set: ChunkSeriesSet, options: ChunkFrameOptions): IterableIterator<Buffer> {
  const writer = new MessageWriter();
  for (let index = 0; index < set.length; index++) {
    const labels = encodedLabels(outgoingLabels(set.labels(index), options.externalLabels));
    const roomBytes = options.maxBytesInFrame - labels.sizeBytes;
    let leftBytes = roomBytes;
    let open: { readonly series: number } | undefined;
    for (const chunk of set.chunks(index)) {
      open ??= beginFrame(writer, labels.bytes);
      const before = writer.length;
      writeChunk(writer, chunk);
      leftBytes -= writer.length - before;
      if (leftBytes > 0) continue;
      yield endFrame(writer, open.series, options.queryIndex);
      open = undefined;
      leftBytes = roomBytes;
    }
    if (open !== undefined) yield endFrame(writer, open.series, options.queryIndex);
  }
}

function encodedLabels(labels: readonly (readonly [string, string])[]): {
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
} {
  const writer = new MessageWriter(256);
  encodeLabels(writer, labels);
  return { bytes: writer.copy(), sizeBytes: writer.length };
}

function beginFrame(writer: MessageWriter, labels: Uint8Array): { readonly series: number } {
  writer.clear();
  const series = writer.begin(1);
  writer.raw(labels);
  return { series };
}

function writeChunk(writer: MessageWriter, { minTimeMs, maxTimeMs, encoding, bytes }: ChunkRead): void {
  const start = writer.begin(2);
  writer.integer(1, minTimeMs);
  writer.integer(2, maxTimeMs);
  writer.integer(3, encoding);
  writer.bytes(4, bytes);
  writer.end(start);
}

function endFrame(writer: MessageWriter, series: number, queryIndex: number): Buffer {
  writer.end(series);
  if (queryIndex !== 0) writer.integer(2, queryIndex);
  const message = writer.copy();
  const head = varint(message.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(message));
  return Buffer.concat([head, checksum, message]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
