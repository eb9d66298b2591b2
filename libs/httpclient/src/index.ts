export { bearerAsAuthorization } from './bearer-token.js';
export { countDial, type DialCounts, type DialFailure } from './dial-counts.js';
export { DeadlineError, HttpClientSetupError, HttpRequestError } from './errors.js';
export { goReason, requestFailure, type SocketEnds } from './go-reasons.js';
export { canonicalHeader, hasControlCharacter } from './headers.js';
export { HttpClient, type HttpClientOptions, type HttpRequest, type HttpResponse } from './http-client.js';
export {
  DEFAULT_HTTP_CLIENT_CONFIG,
  type HttpClientConfig,
  RESERVED_HEADERS,
  httpClientFault,
  httpClientFields,
  type OAuth2Config,
  type TlsConfig,
  tlsField,
  tlsSection,
  type TlsVersion,
} from './http-client-config.js';
export { readTlsOptions, type TlsOptions } from './tls-options.js';
