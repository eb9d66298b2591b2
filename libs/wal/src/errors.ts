/** The log cannot be read on from a place: its bytes are damaged or a record is torn. */
export class WalCorruptionError extends Error {
  readonly code = 'wal_corruption';
  override readonly name = 'WalCorruptionError';
  readonly directory: string;
  /** Number of the damaged segment. */
  readonly segment: number;
  /** Bytes of the segment that were looked at when the damage showed. */
  readonly offsetBytes: number;
  /** Where the last whole record of the segment ends: what {@link repairWal} keeps. */
  readonly validBytes: number;

  constructor(place: {
    readonly directory: string;
    readonly path: string;
    readonly segment: number;
    readonly offsetBytes: number;
    readonly validBytes: number;
    readonly reason: string;
    readonly cause?: unknown;
  }) {
    super(`corruption in segment ${place.path} at ${place.offsetBytes}: ${place.reason}`, {
      cause: place.cause,
    });
    this.directory = place.directory;
    this.segment = place.segment;
    this.offsetBytes = place.offsetBytes;
    this.validBytes = place.validBytes;
  }
}

/** A batch could not be written whole. Nothing of it is in the log. */
export class WalWriteError extends Error {
  readonly code = 'wal_write';
  override readonly name = 'WalWriteError';

  constructor(reason: string, options?: ErrorOptions) {
    super(`write to WAL: ${reason}`, options);
  }
}

/** The writer was closed before. */
export class WalClosedError extends Error {
  readonly code = 'wal_closed';
  override readonly name = 'WalClosedError';

  constructor() {
    super('the WAL is closed');
  }
}

/** The directory's segments leave a number out. The message is upstream's. */
export class SegmentGapError extends Error {
  readonly code = 'wal_segment_gap';
  override readonly name = 'SegmentGapError';

  constructor(
    readonly directory: string,
    /** The numbers on both sides of the gap. */
    readonly before: number,
    readonly after: number,
  ) {
    super('get segment range: segments are not sequential');
  }
}

/** The segment that a log has to begin with is not there. The message is upstream's. */
export class FirstSegmentMissingError extends Error {
  readonly code = 'wal_first_segment_missing';
  override readonly name = 'FirstSegmentMissingError';

  constructor(segment: number, path: string) {
    super(`open WAL segment: ${segment}: open ${path}: no such file or directory`);
  }
}

/** A record that is whole, by its checksum, does not decode. */
export class RecordDecodeError extends Error {
  readonly code = 'wal_record_decode';
  override readonly name = 'RecordDecodeError';

  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`decode ${what}: ${reason}`, options);
  }
}

/** A checkpoint cannot be made or found as asked. */
export class CheckpointError extends Error {
  readonly code = 'wal_checkpoint';
  override readonly name = 'CheckpointError';
}

/** A kind of compression that this machine cannot do. The log is not damaged: it is only not readable here. */
export class CodecUnavailableError extends Error {
  readonly code = 'wal_codec_unavailable';
  override readonly name = 'CodecUnavailableError';

  constructor(compression: string, options?: ErrorOptions) {
    super(`${compression} compression is not available`, options);
  }
}
