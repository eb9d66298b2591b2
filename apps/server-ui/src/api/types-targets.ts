import { type LabelSet } from './types-query';

export type TargetHealth = 'up' | 'down' | 'unknown';

/** One scraped target of `/api/v1/targets`; `lastScrapeDuration` is in seconds. */
export interface ActiveTarget {
  readonly discoveredLabels: LabelSet;
  readonly labels: LabelSet;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  readonly lastScrape: string;
  readonly lastScrapeDuration: number;
  readonly health: TargetHealth;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** One target that relabelling dropped. */
export interface DroppedTarget {
  readonly discoveredLabels: LabelSet;
  readonly scrapePool?: string;
}

export interface TargetsAnswer {
  readonly activeTargets: readonly ActiveTarget[];
  readonly droppedTargets: readonly DroppedTarget[];
  readonly droppedTargetCounts: Readonly<Record<string, number>> | null;
}

export interface AlertmanagersAnswer {
  readonly activeAlertmanagers: readonly { readonly url: string }[];
  readonly droppedAlertmanagers: readonly { readonly url: string }[];
}
