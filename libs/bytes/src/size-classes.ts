import { GRANULE_BYTES, SEGMENT_BYTES } from './shared-views.js';

/** Up to here there is a class for every granule; above, four to each power of two. */
const FINE_LIMIT_BYTES = 1024;
const FINE_CLASSES = FINE_LIMIT_BYTES / GRANULE_BYTES;

const sizes = makeSizes();

/** How many size classes there are. */
export const SIZE_CLASS_COUNT: number = sizes.length;

/** The bytes that a block of the class takes. */
export function classBytes(sizeClass: number): number {
  return sizes[sizeClass]!;
}

/** The smallest class whose blocks hold `sizeBytes`. @throws RangeError above the size of a segment. */
export function classFor(sizeBytes: number): number {
  if (sizeBytes <= FINE_LIMIT_BYTES)
    return sizeBytes <= GRANULE_BYTES ? 0 : (sizeBytes + 7 - GRANULE_BYTES) >>> 3;
  const power = 31 - Math.clz32(sizeBytes - 1);
  const quarter = ((sizeBytes - 1) >>> (power - 2)) & 3;
  const sizeClass = FINE_CLASSES + (power - 10) * 4 + quarter;
  if (sizeClass >= sizes.length)
    throw new RangeError(`a block of ${sizeBytes} bytes does not fit a shared segment`);
  return sizeClass;
}

/** The largest class whose blocks fit into `sizeBytes`, which must be at least a granule. */
export function classWithin(sizeBytes: number): number {
  const upper = Math.min(sizeBytes, SEGMENT_BYTES);
  const sizeClass = classFor(upper);
  return classBytes(sizeClass) > upper ? sizeClass - 1 : sizeClass;
}

function makeSizes(): number[] {
  const made: number[] = [];
  for (let bytes = GRANULE_BYTES; bytes <= FINE_LIMIT_BYTES; bytes += GRANULE_BYTES) made.push(bytes);
  for (let power = FINE_LIMIT_BYTES; power < SEGMENT_BYTES; power *= 2) {
    for (let quarter = 1; quarter <= 4; quarter++) made.push(power + (power / 4) * quarter);
  }
  return made;
}
