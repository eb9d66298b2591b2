import { ApiFailure } from './errors';
import {
  type Alert,
  type AlertGroup,
  type AlertQuery,
  type Silence,
  type SilenceDraft,
  type Status,
} from './types';

export interface AlertmanagerApiOptions {
  /** The folder in which the page lies: the API lies beside it. */
  readonly folder: URL;
  readonly fetch: typeof fetch;
}

/** The API of the Alertmanager that served the page. */
export class AlertmanagerApi {
  readonly #folder: URL;
  readonly #fetch: typeof fetch;

  constructor(options: AlertmanagerApiOptions) {
    this.#folder = options.folder;
    this.#fetch = options.fetch;
  }

  /** @throws ApiFailure */
  alertGroups(query: AlertQuery, signal?: AbortSignal): Promise<readonly AlertGroup[]> {
    return this.#get('alerts/groups', queryParameters(query), signal);
  }

  /** Alerts that meet the matchers, silenced ones included. @throws ApiFailure */
  alerts(filters: readonly string[], signal?: AbortSignal): Promise<readonly Alert[]> {
    return this.#get('alerts', new URLSearchParams(filters.map((filter) => ['filter', filter])), signal);
  }

  /** @throws ApiFailure */
  receivers(signal?: AbortSignal): Promise<readonly { readonly name: string }[]> {
    return this.#get('receivers', new URLSearchParams(), signal);
  }

  /** @throws ApiFailure */
  silences(filters: readonly string[], signal?: AbortSignal): Promise<readonly Silence[]> {
    return this.#get('silences', new URLSearchParams(filters.map((filter) => ['filter', filter])), signal);
  }

  /** @throws ApiFailure */
  silence(id: string, signal?: AbortSignal): Promise<Silence> {
    return this.#get(`silence/${encodeURIComponent(id)}`, new URLSearchParams(), signal);
  }

  /** Makes or changes a silence; its id may be new. @throws ApiFailure */
  async saveSilence(draft: SilenceDraft): Promise<string> {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(draft),
    };
    const answer = (await this.#ask('silences', init)) as { readonly silenceID: string };
    return answer.silenceID;
  }

  /** @throws ApiFailure */
  async expireSilence(id: string): Promise<void> {
    await this.#ask(`silence/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  /** @throws ApiFailure */
  status(signal?: AbortSignal): Promise<Status> {
    return this.#get('status', new URLSearchParams(), signal);
  }

  async #get<T>(path: string, parameters: URLSearchParams, signal: AbortSignal | undefined): Promise<T> {
    const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
    return (await this.#ask(`${path}${query}`, signal === undefined ? {} : { signal })) as T;
  }

  async #ask(path: string, init: RequestInit): Promise<unknown> {
    let response: Response;
    try {
      response = await this.#fetch(new URL(`api/v2/${path}`, this.#folder), init);
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause;
      throw new ApiFailure('Alertmanager does not answer.', undefined, { cause });
    }
    const text = await response.text();
    if (!response.ok)
      throw new ApiFailure(reasonIn(text) ?? `${response.status} ${response.statusText}`, response.status);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}

function queryParameters(query: AlertQuery): URLSearchParams {
  const parameters = new URLSearchParams(query.filters.map((filter) => ['filter', filter]));
  for (const flag of ['active', 'silenced', 'inhibited', 'muted'] as const)
    parameters.set(flag, String(query[flag]));
  // The API takes a regular expression.
  if (query.receiver !== '')
    parameters.set('receiver', query.receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'));
  return parameters;
}

/** Errors are a bare text in JSON, or an object with a message. */
function reasonIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'string') return answer;
    if (typeof answer !== 'object' || answer === null || !('message' in answer)) return undefined;
    return typeof answer.message === 'string' ? answer.message : undefined;
  } catch {
    return text.trim() === '' ? undefined : text.trim();
  }
}
