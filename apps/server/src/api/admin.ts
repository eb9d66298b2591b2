import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock } from '@narthex/process';
import { type Administration } from '@narthex/storage';
import { type Response } from 'express';
import { snapshotName } from '../run/snapshot-name.js';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { ApiError, invalidParameter } from './errors.js';
import { type Parameters, selectorOf } from './parameters.js';
import { EARLIEST_MS, LATEST_MS } from './timestamps.js';

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

export interface AdminSource {
  readonly clock: Clock;
  readonly storage: Administration;
  /** `--web.enable-admin-api` */
  readonly enabled: boolean;
  /** Where snapshots go; made when missing. */
  readonly snapshotFolder: string;
}

/** `/admin/tsdb/…`, which answer only with `--web.enable-admin-api`. */
export function adminEndpoints({
  clock,
  storage,
  enabled,
  snapshotFolder,
}: AdminSource): readonly Endpoint[] {
  const post = (
    path: string,
    run: (parameters: Parameters, response: Response) => Promise<void>,
  ): Endpoint => ({
    path: `/admin/tsdb/${path}`,
    methods: ['POST', 'PUT'],
    handle: async (parameters, response) => {
      if (!enabled) throw new ApiError('unavailable', 'admin APIs disabled');
      await run(parameters, response);
    },
  });
  return [
    post('delete_series', async (parameters, response) => {
      parameters.checkForm();
      if (parameters.all('match[]').length === 0)
        throw new ApiError('bad_data', 'no match[] parameter provided');
      const startMs = parameters.time('start') ?? EARLIEST_MS;
      const endMs = parameters.time('end') ?? LATEST_MS;
      const selectors = parameters
        .all('match[]')
        .map((text) => selectorOf(text, (reason) => invalidParameter('match[]', reason)));
      for (const matchers of selectors) {
        // No matcher selects nothing here, as upstream.
        if (matchers.length > 0) await internally(storage.delete(startMs, endMs, matchers));
      }
      noContent(response);
    }),
    post('clean_tombstones', async (_parameters, response) => {
      await internally(storage.cleanTombstones());
      noContent(response);
    }),
    post('snapshot', async (parameters, response) => {
      const withHead = !flagOf(parameters, 'skip_head');
      const name = snapshotName(clock.nowMs());
      const folder = join(snapshotFolder, name);
      await internally(mkdir(folder, { recursive: true }), 'create snapshot directory: ');
      await internally(storage.snapshot(folder, withHead), 'create snapshot: ');
      sendData(response, { name });
    }),
  ];
}

/** A truth value as Go's strconv.ParseBool takes it; false when not given. */
function flagOf(parameters: Parameters, name: string): boolean {
  const given = parameters.get(name);
  if (given === '' || FALSE.includes(given)) return false;
  if (TRUE.includes(given)) return true;
  const reason = `unable to parse boolean: strconv.ParseBool: parsing ${JSON.stringify(given)}: invalid syntax`;
  throw invalidParameter(name, reason);
}

/** What goes wrong in the storage is an internal error, with its reason in the answer. */
async function internally(work: Promise<unknown>, prefix = ''): Promise<void> {
  try {
    await work;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ApiError('internal', prefix + reason, { cause });
  }
}

function noContent(response: Response): void {
  response.status(204).end();
}
