import { ApiError, MalformedAnswerError, MissingEndpointError, UnreachableError } from './errors';

/** Query strings longer than this go into the body of a POST, where the endpoint takes both. */
const longestQueryString = 4000;

/** Endpoints that take their parameters in a form as well. */
const acceptsForm = new Set([
  'query',
  'query_range',
  'query_exemplars',
  'format_query',
  'parse_query',
  'series',
  'labels',
]);

/** One successful answer of the API. */
export interface ApiAnswer<T> {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

interface Envelope {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export interface ApiClientOptions {
  /** Where the server's own paths begin: `/` or `/some/prefix/`. */
  readonly pathPrefix: string;
  readonly fetch: typeof fetch;
}

/** The server's HTTP API, `/api/v1` (https://prometheus.io/docs/prometheus/latest/querying/api/). */
export class ApiClient {
  readonly #pathPrefix: string;
  readonly #fetch: typeof fetch;

  constructor(options: ApiClientOptions) {
    this.#pathPrefix = options.pathPrefix;
    this.#fetch = options.fetch;
  }

  /** The address of an API path, for links and for clients that fetch on their own. */
  url(path: string): string {
    return `${this.#pathPrefix}api/v1/${path}`;
  }

  /**
   * Asks one endpoint. The shape of `data` is the caller's promise; it is not checked.
   * @throws ApiError, MissingEndpointError, UnreachableError, MalformedAnswerError, or the abort reason
   */
  async get<T>(path: string, params: URLSearchParams, signal?: AbortSignal): Promise<ApiAnswer<T>> {
    const response = await this.#send(path, params, signal);
    const envelope = parseEnvelope(await response.text());
    if (envelope === undefined) {
      if (response.status === 404) throw new MissingEndpointError(`/api/v1/${path}`);
      throw new MalformedAnswerError(
        response.status,
        `The answer was ${response.status} ${response.statusText}, not the API's JSON.`,
      );
    }
    if (envelope.status === 'error') {
      throw new ApiError(
        response.status,
        envelope.errorType ?? 'unknown',
        envelope.error ?? response.statusText,
      );
    }
    return { data: envelope.data as T, warnings: envelope.warnings ?? [], infos: envelope.infos ?? [] };
  }

  async #send(path: string, params: URLSearchParams, signal: AbortSignal | undefined): Promise<Response> {
    const query = params.toString();
    const init: RequestInit = { headers: { Accept: 'application/json' }, ...(signal && { signal }) };
    const post = query.length > longestQueryString && acceptsForm.has(path);
    try {
      if (post) return await this.#fetch(this.url(path), { ...init, method: 'POST', body: params });
      return await this.#fetch(query === '' ? this.url(path) : `${this.url(path)}?${query}`, init);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new UnreachableError(error);
    }
  }
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('status' in value)) return undefined;
    return value.status === 'success' || value.status === 'error' ? (value as Envelope) : undefined;
  } catch {
    return undefined;
  }
}
