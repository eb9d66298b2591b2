import { type Clock } from '@narthex/process';
import { type EngineFeatures } from '@narthex/promql';
import { type WriteReceiver } from '@narthex/remote';
import { type OwnAddress } from '@narthex/scrape';
import { type Administration, type ExemplarQueryable } from '@narthex/storage';
import { adminEndpoints } from './admin.js';
import { alertmanagerEndpoints, type AlertmanagerSource } from './alertmanagers.js';
import { type Endpoint } from './endpoint.js';
import { exemplarEndpoints } from './exemplars.js';
import { formatEndpoints } from './format.js';
import { labelEndpoints } from './labels.js';
import { queryEndpoints, type QueryRunner } from './query.js';
import { receiverEndpoints } from './receivers.js';
import { ruleEndpoints, type RuleSource } from './rules.js';
import { statusEndpoints, type StatusSource } from './status.js';
import { targetEndpoints, type TargetSource } from './targets.js';
import { type TimeRange, tsdbStatusEndpoints } from './tsdb-status.js';

/** What the API tells of. */
export interface ApiSources {
  readonly clock: Clock;
  readonly queries: QueryRunner;
  /** What of the query language is switched on. */
  readonly engineFeatures: EngineFeatures;
  readonly storage: ExemplarQueryable & Administration & { readonly headTimeRange: TimeRange };
  /** `--web.enable-admin-api` */
  readonly adminEnabled: boolean;
  /** Where the admin API's snapshots go. */
  readonly snapshotFolder: string;
  readonly scrape: TargetSource;
  readonly own: OwnAddress;
  readonly rules: RuleSource;
  readonly notifier: AlertmanagerSource;
  readonly status: StatusSource;
  /** Undefined without `--web.enable-remote-write-receiver`. */
  readonly remoteWrite: WriteReceiver | undefined;
}

/** Every endpoint under `/api/v1`. */
export function createEndpoints(sources: ApiSources): readonly Endpoint[] {
  const { clock, queries, storage, scrape, own, rules, notifier, status, adminEnabled, remoteWrite } =
    sources;
  return [
    ...queryEndpoints({ clock, queries }),
    ...labelEndpoints(queries),
    ...formatEndpoints(sources.engineFeatures),
    ...exemplarEndpoints(storage, sources.engineFeatures),
    ...targetEndpoints(scrape, own),
    ...ruleEndpoints(rules),
    ...alertmanagerEndpoints(notifier),
    ...statusEndpoints(status),
    ...tsdbStatusEndpoints(queries, () => storage.headTimeRange()),
    ...adminEndpoints({ clock, storage, enabled: adminEnabled, snapshotFolder: sources.snapshotFolder }),
    ...receiverEndpoints(remoteWrite),
  ];
}
