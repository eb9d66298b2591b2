export {
  createApplication,
  methodNotAllowed,
  normalizeRoutePrefix,
  pageNotFound,
  type ApplicationOptions,
} from './application.js';
export {
  acceptsGzip,
  addVary,
  beginCompression,
  createCompression,
  deferCompression,
  endCompression,
} from './compression.js';
export { type ConnectionCounts } from './connection-gate.js';
export { ListenError, WebConfigError } from './errors.js';
export { mountHealth, type HealthOptions } from './health.js';
export { formatHostPort, parseListenAddress, type HostPort } from './listen-address.js';
export { listen, shownAddress, type Listening, type ListenOptions } from './listener.js';
export { mountMetrics, RequestMeter, requestMetrics, type RequestMetricsOptions } from './metrics.js';
export { escapeHtml, redirect } from './redirect.js';
export { checkWebConfig } from './web-config/check-web-config.js';
export { WebGuard, type WebGuardOptions } from './web-config/web-guard.js';
