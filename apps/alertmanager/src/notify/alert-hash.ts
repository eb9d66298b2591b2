import { type Labels } from '@narthex/model';
import { type XXHashAPI } from 'xxhash-wasm';

/** A 64-bit name of an alert in the notification log. */
export type AlertHash = (labels: Labels) => bigint;

/**
 * xxHash64 over the labels in order, each name and value followed by the byte 255: the hashes that upstream writes
 * into its notification log, so that a log taken over from it keeps its meaning.
 */
export function alertHash(xxhash: Pick<XXHashAPI, 'h64Raw'>): AlertHash {
  const encoder = new TextEncoder();
  return (labels) => {
    const pieces = labels.pairs().flatMap((text) => [encoder.encode(text), SEPARATOR]);
    return xxhash.h64Raw(Buffer.concat(pieces));
  };
}

const SEPARATOR = Uint8Array.of(255);
