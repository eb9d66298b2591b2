import { ByteReader, ByteWriter, crc32c } from '@narthex/bytes';
import { StorageError } from '@narthex/storage';
import { corruption } from './corruption.js';
import { type RandomAccessFile } from './random-access-file.js';

/*
 * The index of a block, version 2:
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/index.md
 */

export const INDEX_FILE = 'index';
export const INDEX_MAGIC = 0xbaaad700;
export const INDEX_VERSION = 2;
export const INDEX_HEADER_BYTES = 5;
/** Series begin at multiples of this; a series' ref is the multiple. */
export const SERIES_ALIGNMENT = 16;
/** Label index and postings sections begin at multiples of this. */
export const SECTION_ALIGNMENT = 4;
/** Of symbols and of the values of a label, so many stay on disk for each that is held in memory. */
export const SAMPLING = 32;
const TOC_BYTES = 48;
const CHECKSUM_BYTES = 4;

/** Where the sections begin. A section that is missing has 0. */
export interface IndexToc {
  readonly symbols: number;
  readonly series: number;
  readonly labelIndices: number;
  readonly labelIndexTable: number;
  readonly postings: number;
  readonly postingsTable: number;
}

/** Checks header and table of contents. @throws StorageError CORRUPT, or UNSUPPORTED for another version */
export function readIndexToc(file: RandomAccessFile): IndexToc {
  const { path, sizeBytes } = file;
  if (sizeBytes < INDEX_HEADER_BYTES + TOC_BYTES + CHECKSUM_BYTES)
    throw corruption(path, 'index header: invalid size');
  const head = new Uint8Array(INDEX_HEADER_BYTES);
  file.read(head, 0, head.length, 0);
  const header = new ByteReader(head);
  const magic = header.u32();
  if (magic !== INDEX_MAGIC) throw corruption(path, `invalid magic number ${magic.toString(16)}`);
  const version = header.u8();
  if (version === 1 || version === 3) {
    throw new StorageError('UNSUPPORTED', `${path}: index file version ${version} is not supported`);
  }
  if (version !== INDEX_VERSION) throw corruption(path, `unknown index file version ${version}`);

  const tail = new Uint8Array(TOC_BYTES + CHECKSUM_BYTES);
  const end = sizeBytes - tail.length;
  file.read(tail, 0, tail.length, end);
  const reader = new ByteReader(tail);
  reader.skip(TOC_BYTES);
  if (reader.u32() !== crc32c(tail, 0, TOC_BYTES)) throw corruption(path, 'read TOC: invalid checksum');
  reader.reset(tail);
  const place = (): number => {
    const at = reader.u64Big();
    if (at > end)
      throw corruption(path, `read TOC: a section begins at ${at.toString()}, behind the file's end`);
    return Number(at);
  };
  return {
    symbols: place(),
    series: place(),
    labelIndices: place(),
    labelIndexTable: place(),
    postings: place(),
    postingsTable: place(),
  };
}

export function encodeIndexToc(toc: IndexToc): Uint8Array {
  const writer = new ByteWriter(TOC_BYTES + CHECKSUM_BYTES);
  writer.u64(toc.symbols);
  writer.u64(toc.series);
  writer.u64(toc.labelIndices);
  writer.u64(toc.labelIndexTable);
  writer.u64(toc.postings);
  writer.u64(toc.postingsTable);
  writer.u32(crc32c(writer.view()));
  return writer.copy();
}

/** The next multiple of `alignment`. */
export function aligned(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}
