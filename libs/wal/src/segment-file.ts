import { closeSync, constants, fsync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const fsyncAsync = promisify(fsync);

/** A segment open for writing. */
export interface SegmentFile {
  /** Writes at `positionBytes` and returns how many bytes went in, which may be fewer. */
  write(bytes: Uint8Array, positionBytes: number): number;
  truncate(sizeBytes: number): void;
  /** fsync(2), off the calling thread. */
  sync(): Promise<void>;
  close(): void;
}

/** Creates a segment that must not exist yet. */
export type CreateSegmentFile = (path: string) => SegmentFile;

export const createSegmentFile: CreateSegmentFile = (path) => {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
  return {
    write: (bytes, positionBytes) => writeSync(descriptor, bytes, 0, bytes.length, positionBytes),
    truncate: (sizeBytes) => ftruncateSync(descriptor, sizeBytes),
    sync: () => fsyncAsync(descriptor),
    close: () => closeSync(descriptor),
  };
};
