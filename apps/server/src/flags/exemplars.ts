import { type ServerConfig } from '@narthex/server-config';

const DEFAULT_EXEMPLARS = 100_000;

/** How many exemplars are kept where the feature `exemplar-storage` is on. */
export function maxExemplarsOf(config?: ServerConfig['config']): number {
  return Math.max(0, config?.storage.exemplars?.max_exemplars ?? DEFAULT_EXEMPLARS);
}
