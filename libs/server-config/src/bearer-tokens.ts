import { Secret } from '@narthex/config';
import { bearerAsAuthorization, type HttpClientConfig } from '@narthex/httpclient';

/**
 * A configuration in which every `bearer_token` and `bearer_token_file` has become the `authorization` that it stands
 * for, wherever they are: upstream does so when it has checked a section.
 */
export function withAuthorization<T>(config: T): T {
  if (Array.isArray(config)) return config.map(withAuthorization) as T;
  if (!isRecord(config)) return config;
  const entries = Object.entries(config).map(([name, value]) => [name, withAuthorization(value)]);
  const mapped = Object.fromEntries(entries) as Record<string, unknown>;
  const { bearer_token: token, bearer_token_file: file } = mapped;
  if (!(token instanceof Secret) && (typeof file !== 'string' || file === '')) return mapped as T;
  return bearerAsAuthorization(mapped as unknown as HttpClientConfig) as unknown as T;
}

/** A section, and no value of a class of its own. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
