import xxhash from 'xxhash-wasm';

/**
 * Where in its interval a group is evaluated, in ms: upstream takes it from the hash of the group's name and file as
 * labels, so that groups do not all run at once.
 */
export async function evaluationOffsetMs(file: string, group: string, intervalMs: number): Promise<number> {
  const hasher = await xxhash();
  const hash = hasher.h64Raw(Buffer.concat(['file', file, 'name', group].map(sizedText)));
  const offsetNs = hash % BigInt(Math.round(intervalMs * 1e6));
  // The times travel with the precision of milliseconds.
  return Math.round(Number(offsetNs) / 1e6);
}

/** The first evaluation at or behind a time. */
export function firstEvaluation(fromMs: number, offsetMs: number, intervalMs: number): number {
  const shifted = fromMs - offsetMs;
  const evaluation = shifted - (shifted % intervalMs) + offsetMs;
  return evaluation < fromMs ? evaluation + intervalMs : evaluation;
}

/** A text behind its length, as upstream keeps labels in memory. */
function sizedText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const size =
    bytes.length < 255
      ? [bytes.length]
      : [255, bytes.length & 0xff, (bytes.length >> 8) & 0xff, (bytes.length >> 16) & 0xff];
  return Buffer.concat([Buffer.from(size), bytes]);
}
