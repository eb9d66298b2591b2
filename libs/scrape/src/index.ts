export {
  type CompletionOptions,
  completeGlobalScrapeConfig,
  completeScrapeConfig,
} from './complete-config.js';
export { BodySizeError, ScrapeConfigError, ScrapeError, TargetError } from './errors.js';
export { type NamedMetadata } from './metadata-cache.js';
export {
  type GlobalScrapeConfig,
  globalScrapeFields,
  type ScrapeConfig,
  scrapeConfigSection,
} from './scrape-config.js';
export {
  type PoolTargets,
  ScrapeManager,
  type ScrapeManagerOptions,
  type TargetMetadata,
} from './scrape-manager.js';
export { type ScrapeOutcome, Target, type TargetHealth } from './target.js';
export { discoveredLabels, targetLabels } from './target-labels.js';
export { globalUrl, type OwnAddress } from './target-url.js';
