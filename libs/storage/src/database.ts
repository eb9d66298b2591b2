import { type Matcher } from '@narthex/model';
import { type Appendable } from './append.js';
import { type ChunkQueryable } from './chunk-query.js';
import { type ExemplarQueryable } from './exemplar.js';
import { type Queryable } from './query.js';

/** Deletes and housekeeping that the admin API asks for. */
export interface Administration {
  /** Marks the samples of matching series between the two times, both included, as deleted. */
  delete(minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void>;
  /** Rewrites blocks without what was deleted. */
  cleanTombstones(): Promise<void>;
  /** Writes the present state as blocks into `folder`; with `withHead`, the newest samples too. */
  snapshot(folder: string, withHead: boolean): Promise<void>;
}

/** A whole local database. The agent's log is an {@link Appendable} only. */
export interface Database extends Queryable, ChunkQueryable, ExemplarQueryable, Appendable, Administration {
  /** The first and last time there may be samples of, in ms; undefined while empty. */
  timeRange(): { readonly minTimeMs: number; readonly maxTimeMs: number } | undefined;
  close(): Promise<void>;
}
