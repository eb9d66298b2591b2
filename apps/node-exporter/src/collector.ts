import { type Clock, type FlagSpecs, type FlagValues, type Logger } from '@narthex/process';
import { type FamilySet } from './families/family-set.js';
import { type HostPaths } from './host/paths.js';

/** What a collector answers where the machine has nothing of its kind. No error, yet no success either. */
export const NO_DATA = Symbol('no data');

/** Made once; asked again at every scrape, several scrapes at a time. */
export interface Collector {
  /**
   * Puts what it finds into `families`. What is there already when it throws is shown all the same.
   * @returns nothing on success, {@link NO_DATA} where there is nothing to find
   */
  collect(families: FamilySet): typeof NO_DATA | undefined | Promise<typeof NO_DATA | undefined>;
}

export interface CollectorContext {
  readonly paths: HostPaths;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A collector as the command line knows it. */
export interface CollectorDefinition {
  /** As in `--collector.NAME` and in the label `collector`. */
  readonly name: string;
  readonly enabledByDefault: boolean;
  /** By full names, without `--`. */
  readonly flags: FlagSpecs;
  /**
   * @param given names of the flags that the command line had
   * @throws CollectorFlagError
   */
  create(context: CollectorContext, flags: FlagValues<FlagSpecs>, given: ReadonlySet<string>): Collector;
}

/** Describes a collector, its flags' values typed for its own use. */
export function defineCollector<const S extends FlagSpecs>(definition: {
  readonly name: string;
  readonly enabledByDefault: boolean;
  readonly flags: S;
  readonly create: (context: CollectorContext, flags: FlagValues<S>, given: ReadonlySet<string>) => Collector;
}): CollectorDefinition {
  // The values come from parsing these very flags.
  return {
    ...definition,
    create: (context, flags, given) => definition.create(context, flags as FlagValues<S>, given),
  };
}
