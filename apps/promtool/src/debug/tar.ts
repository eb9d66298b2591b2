const BLOCK_BYTES = 512;

/** One file of an archive. */
export interface TarEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A tar archive (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format"). */
export function tarArchive(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, content }) => [
    header(name, content.length),
    content,
    new Uint8Array(-content.length & (BLOCK_BYTES - 1)),
  ]);
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK_BYTES)]);
}

function header(name: string, sizeBytes: number): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  block.write(name, 0, 100, 'utf8');
  block.write(octal(0o666, 8), 100, 'latin1');
  block.write(octal(0, 8) + octal(0, 8), 108, 'latin1');
  block.write(octal(sizeBytes, 12) + octal(0, 12), 124, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  // The sum is taken with blanks in its own place.
  block.write(' '.repeat(8), 148, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
