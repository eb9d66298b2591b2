import { type Labels } from './labels.js';

/** Targets that a service discovery found together. */
export interface TargetGroup {
  /** Names the group among those of its discovery; a later group of the same source replaces it. */
  readonly source: string;
  /** Labels of every target of the group; a target's own win. */
  readonly labels: Labels;
  /** One set of labels a target; `__address__` says where it is. */
  readonly targets: readonly Labels[];
}
