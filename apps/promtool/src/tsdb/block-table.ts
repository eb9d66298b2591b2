import { formatGoDuration } from '@narthex/gotemplate';
import { type BlockReader } from '@narthex/tsdb';
import { alignColumns } from '../table.js';

const HEADER = [
  'BLOCK ULID',
  'MIN TIME',
  'MAX TIME',
  'DURATION',
  'NUM SAMPLES',
  'NUM CHUNKS',
  'NUM SERIES',
  'SIZE',
];
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** One line a block, below a header where one is wanted. */
export function blockTable(
  blocks: readonly BlockReader[],
  { header, humanReadable }: { readonly header: boolean; readonly humanReadable: boolean },
): string {
  const rows = blocks.map(({ meta, sizeBytes }) => [
    meta.ulid,
    ...[meta.minTimeMs, meta.maxTimeMs].map((ms) => (humanReadable ? timeText(ms) : String(ms))),
    durationText(meta.maxTimeMs - meta.minTimeMs),
    String(meta.stats.numSamples),
    String(meta.stats.numChunks),
    String(meta.stats.numSeries),
    humanReadable ? bytesText(sizeBytes) : String(sizeBytes),
  ]);
  return alignColumns(header ? [HEADER, ...rows] : rows);
}

/** Milliseconds as Go prints a duration. */
export function durationText(durationMs: number): string {
  return formatGoDuration(BigInt(Math.round(durationMs * 1e6)));
}

/** `2023-11-14 22:13:20 +0000 UTC`, parts of a second left out. */
function timeText(timestampMs: number): string {
  const iso = new Date(Math.trunc(timestampMs / 1000) * 1000).toISOString();
  return `${iso.replace('T', ' ').replace(/\..*$/, '')} +0000 UTC`;
}

/** Every power of 1024 by itself: `367KiB522B`. */
export function bytesText(sizeBytes: number): string {
  let text = sizeBytes === 0 ? '0B' : '';
  let rest = sizeBytes;
  for (const unit of BYTE_UNITS) {
    if (rest % 1024 !== 0) text = `${rest % 1024}${unit}${text}`;
    rest = Math.floor(rest / 1024);
  }
  return text;
}
