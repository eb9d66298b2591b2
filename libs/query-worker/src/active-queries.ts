import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Logger } from '@narthex/process';
import { stringJson } from './json/string-json.js';

const FILE = 'queries.active';
const ENTRY_BYTES = 1000;
/** The last byte of an entry's place is a comma. */
const MOST_JSON_BYTES = ENTRY_BYTES - 1;
const NOTHING = new Uint8Array(ENTRY_BYTES);

export interface ActiveQueriesOptions {
  /** The data directory. */
  readonly folder: string;
  /** Places in the file: queries at the same time. */
  readonly maxConcurrency: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The queries that run now, in the file `queries.active` of the data directory: after a crash the next start tells
 * which they were. The file is upstream's (`promql/query_logger.go`): a `[`, and a place of 1000 bytes for each query
 * that may run, which is all NUL, or holds a JSON object, NULs and a comma.
 *
 * What cannot be written is logged, and nothing is written from then on; queries run all the same.
 */
export class ActiveQueries {
  readonly #options: ActiveQueriesOptions;
  readonly #free: number[];
  #file: number | undefined;

  /** Logs what the last run has left in the file, and begins it anew. */
  constructor(options: ActiveQueriesOptions) {
    this.#options = options;
    const { folder, logger } = options;
    const places = Math.max(0, options.maxConcurrency);
    this.#free = Array.from({ length: places }, (_, place) => places - 1 - place);
    const path = join(folder, FILE);
    try {
      logUnfinished(path, logger);
      this.#file = openSync(path, 'w+', 0o666);
      ftruncateSync(this.#file, 1 + places * ENTRY_BYTES);
    } catch (error) {
      logger.error('Error opening query log file', { file: path, err: error as Error });
    }
    this.#write(Buffer.from('['), 0);
  }

  /** Notes a query down. Returns the function that strikes it out, to be called once. */
  add(query: string): () => void {
    const place = this.#free.pop();
    if (place === undefined) return () => undefined;
    const offset = 1 + place * ENTRY_BYTES;
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.write(entryJson(query, Math.floor(this.#options.clock.nowMs() / 1000)));
    entry.write(',', ENTRY_BYTES - 1);
    this.#write(entry, offset);
    return () => {
      this.#write(NOTHING, offset);
      this.#free.push(place);
    };
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  #write(bytes: Uint8Array, offset: number): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, bytes, 0, bytes.length, offset);
    } catch (error) {
      this.#options.logger.error('Writing the active queries failed', { err: error as Error });
      this.close();
    }
  }
}

function logUnfinished(path: string, logger: Logger): void {
  const left = contentOf(path).replaceAll('\0', '');
  if (left.length <= 1) return;
  logger.info("These queries didn't finish in prometheus' last run:", { queries: `${left.slice(0, -1)}]` });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The JSON of an entry; of a query that does not fit, what does. */
function entryJson(query: string, timestampSeconds: number): string {
  const characters = Array.from(query.slice(0, ENTRY_BYTES));
  for (;;) {
    const json = `{"query":${stringJson(characters.join(''))},"timestamp_sec":${timestampSeconds}}`;
    const excess = Buffer.byteLength(json) - MOST_JSON_BYTES;
    if (excess <= 0) return json;
    // No character takes more than twelve bytes.
    characters.length -= Math.ceil(excess / 12);
  }
}
