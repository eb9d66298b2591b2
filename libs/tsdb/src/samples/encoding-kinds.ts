import { CHUNK_ENCODING, type ChunkEncoding } from '@narthex/storage';

/** Whether chunks of the encoding hold floats. */
export function holdsFloats(encoding: number): boolean {
  return encoding === CHUNK_ENCODING.xor || encoding === CHUNK_ENCODING.xor2;
}

/** Whether chunks of the encoding hold histograms that count in whole numbers. */
export function holdsIntegers(encoding: number): boolean {
  return encoding === CHUNK_ENCODING.histogram || encoding === CHUNK_ENCODING.histogramST;
}

/** Whether chunks of the encoding keep start timestamps of histograms. */
export function keepsHistogramStarts(encoding: number): boolean {
  return encoding === CHUNK_ENCODING.histogramST || encoding === CHUNK_ENCODING.floatHistogramST;
}

/** How histograms are encoded. */
export function histogramEncoding(integer: boolean, withStarts: boolean): ChunkEncoding {
  if (withStarts) return integer ? CHUNK_ENCODING.histogramST : CHUNK_ENCODING.floatHistogramST;
  return integer ? CHUNK_ENCODING.histogram : CHUNK_ENCODING.floatHistogram;
}
