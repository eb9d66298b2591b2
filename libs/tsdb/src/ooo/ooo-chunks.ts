import { isEarlier, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { type ChunkEncoding, type ChunkRead } from '@narthex/storage';
import { type ChunkCopier } from '../read/chunk-copier.js';
import { chunksOf } from '../samples/rewritten-samples.js';
import { SampleList } from '../samples/sample-list.js';
import { ENTRY, OOO_SAMPLE } from '../shared/layout.js';
import { type OooViews } from './ooo-views.js';

/** The chunks of the out-of-order samples of one series that overlap a range, as a view sees them, oldest first. */
export function oooChunks(
  views: SharedViews,
  copier: ChunkCopier,
  found: OooViews,
  place: number,
  startMs: number,
  endMs: number,
): ChunkRead[] {
  const chunks: ChunkRead[] = [];
  visitEntries(views, found, place, (entry, minTimeMs, maxTimeMs) => {
    if (minTimeMs <= endMs && maxTimeMs >= startMs)
      chunks.push(readEntry(views, copier, entry, minTimeMs, maxTimeMs));
  });
  if (found.range?.before !== undefined) return chunks;
  for (const chunk of bufferedChunks(views, found.buffer(place), found.buffered(place))) {
    if (chunk.minTimeMs <= endMs && chunk.maxTimeMs >= startMs) chunks.push(chunk);
  }
  return chunks;
}

/** Whether any of the series' out-of-order chunks overlaps a range. */
export function overlapsOooChunks(
  views: SharedViews,
  found: OooViews,
  place: number,
  startMs: number,
  endMs: number,
): boolean {
  let minMs = Infinity;
  let maxMs = -Infinity;
  const buffer = found.buffer(place);
  const buffered = found.range?.before === undefined ? found.buffered(place) : 0;
  for (let i = 0; i < buffered; i++) {
    const timestampMs = sampleTimeMs(views, buffer, i);
    minMs = Math.min(minMs, timestampMs);
    maxMs = Math.max(maxMs, timestampMs);
  }
  let overlaps = minMs <= endMs && maxMs >= startMs;
  visitEntries(views, found, place, (_entry, minTimeMs, maxTimeMs) => {
    overlaps ||= minTimeMs <= endMs && maxTimeMs >= startMs;
  });
  return overlaps;
}

function visitEntries(
  views: SharedViews,
  found: OooViews,
  place: number,
  visit: (entry: SharedAddress, minTimeMs: number, maxTimeMs: number) => void,
): void {
  if (found.range === undefined) return;
  const { floor, before } = found.range;
  let entry = found.firstEntry(place);
  for (let left = found.entryCount(place); left > 0; left--) {
    const words = views.words(entry);
    const at = views.wordIndex(entry);
    const sequence = words[at + ENTRY.first]!;
    if (before !== undefined && !isEarlier(sequence, before)) return;
    if (!isEarlier(sequence, floor)) {
      const doubles = views.doubles(entry);
      const d = views.doubleIndex(entry);
      visit(entry, doubles[d + (ENTRY.minTime >>> 1)]!, doubles[d + (ENTRY.maxTime >>> 1)]!);
    }
    entry = words[at + ENTRY.next]!;
  }
}

function readEntry(
  views: SharedViews,
  copier: ChunkCopier,
  entry: SharedAddress,
  minTimeMs: number,
  maxTimeMs: number,
): ChunkRead {
  const words = views.words(entry);
  const at = views.wordIndex(entry);
  const sizeBytes = words[at + ENTRY.sizeBytes]!;
  const countAndEncoding = words[at + ENTRY.countAndEncoding]!;
  const copied = new Uint32Array((sizeBytes + 3) >>> 2);
  copier.copy({ file: words[at + ENTRY.file]!, chunk: words[at + ENTRY.chunk]!, sizeBytes }, copied, 0);
  return {
    minTimeMs,
    maxTimeMs,
    encoding: (countAndEncoding >>> 16) as ChunkEncoding,
    sampleCount: countAndEncoding & 0xffff,
    bytes: new Uint8Array(copied.buffer, 0, sizeBytes),
  };
}

/** The samples being collected, in order of time, as chunks: more than one where their kinds differ. */
export function bufferedChunks(views: SharedViews, buffer: SharedAddress, count: number): ChunkRead[] {
  if (count === 0) return [];
  const samples = new SampleList(count);
  const words = views.words(buffer);
  for (let i = 0; i < count; i++) {
    const at = views.wordIndex(buffer) + OOO_SAMPLE.words * i;
    const encoding = words[at + OOO_SAMPLE.encoding]!;
    if (encoding === 0) {
      samples.addFloat(sampleTimeMs(views, buffer, i), words, at + OOO_SAMPLE.value);
    } else {
      const bytes = blockBytes(views, words[at + OOO_SAMPLE.value]!, words[at + OOO_SAMPLE.value + 1]!);
      samples.addChunk({ encoding, bytes, sampleCount: 1 });
    }
  }
  return [...chunksOf(samples.sorted())];
}

function sampleTimeMs(views: SharedViews, buffer: SharedAddress, place: number): number {
  return views.doubles(buffer)[views.doubleIndex(buffer) + (OOO_SAMPLE.words >>> 1) * place]!;
}

function blockBytes(views: SharedViews, block: SharedAddress, sizeBytes: number): Uint8Array {
  const from = views.byteIndex(block);
  return views.bytes(block).slice(from, from + sizeBytes);
}
