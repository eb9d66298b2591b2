import { createLogger } from '@narthex/process';
import { ReadOnlyDatabase } from '@narthex/tsdb';
import { type Tool } from '../tool.js';

/** Opens a data directory for reading, does something with it and closes it. The exit code is 0. */
export async function withDatabase(
  folder: string,
  { clock }: Tool,
  use: (database: ReadOnlyDatabase) => void | Promise<void>,
): Promise<number> {
  // Upstream's tool says nothing on the way either.
  const logger = createLogger({ level: 'error', write: () => undefined });
  const database = ReadOnlyDatabase.open({ folder, clock, logger });
  try {
    await use(database);
    return 0;
  } finally {
    database.close();
  }
}
