import { Registry } from '@narthex/client';
import { decodeConfig, section } from '@narthex/config';
import { Labels, type TargetGroup } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { completeGlobalScrapeConfig, completeScrapeConfig } from '../complete-config';
import { globalScrapeFields, type ScrapeConfig, scrapeConfigSection } from '../scrape-config';
import { ScrapeManager, type ScrapeManagerOptions } from '../scrape-manager';
import { RecordingStorage } from './recording-storage';

const source = { file: 'test.yml', folder: '/' };

/** A job's configuration from YAML, with the defaults of an empty `global` or of the one given. */
export function scrapeConfig(yaml: string, global = ''): ScrapeConfig {
  const globals = decodeConfig(global, source, section('config.plain', globalScrapeFields)).value;
  const config = decodeConfig(yaml, source, scrapeConfigSection({})).value as unknown as ScrapeConfig;
  return completeScrapeConfig(config, completeGlobalScrapeConfig(globals));
}

/** The targets at some addresses, as a discovery finds them. */
export function targetGroup(
  addresses: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): TargetGroup {
  const targets = addresses.map((address) => Labels.of({ __address__: address }));
  return { source: 'test', labels: Labels.of(labels), targets };
}

/** A scrape manager with everything that tests look at. */
export function createManager(
  clock: Clock,
  logger: Logger,
  features: Pick<
    ScrapeManagerOptions,
    'extraMetrics' | 'starts' | 'typeAndUnitLabels' | 'storeMetadata'
  > = {},
): { readonly manager: ScrapeManager; readonly storage: RecordingStorage; readonly registry: Registry } {
  const storage = new RecordingStorage();
  const registry = new Registry();
  const manager = new ScrapeManager({
    appendable: storage,
    clock,
    logger,
    registry,
    userAgent: 'Prometheus/test',
    ...features,
  });
  return { manager, storage, registry };
}
