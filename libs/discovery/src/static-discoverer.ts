import { type TargetGroup } from '@narthex/model';
import { type Discoverer, type PushGroups } from './discoverer.js';

/** The targets that stand in the configuration itself. */
export class StaticDiscoverer implements Discoverer {
  readonly #groups: readonly TargetGroup[];

  constructor(groups: readonly TargetGroup[]) {
    this.#groups = groups.map((group, i) => ({ ...group, source: String(i) }));
  }

  run(push: PushGroups): Promise<void> {
    push(this.#groups);
    return Promise.resolve();
  }
}
