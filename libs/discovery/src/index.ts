export { type Discoverer, type DiscovererContext, type PushGroups } from './discoverer.js';
export { discoveryFields, type DiscoveryConfig } from './discovery-config.js';
export { DiscoveryManager, type DiscoveryManagerOptions, type TargetSets } from './discovery-manager.js';
export { DiscoveryError } from './errors.js';
export { DiscoveryMetrics } from './metrics.js';
