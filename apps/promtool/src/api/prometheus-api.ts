import { type HttpClient, type HttpResponse } from '@narthex/httpclient';
import { ApiError, ToolError } from '../errors.js';
import { readText, serverUrl } from './http-config.js';

/** What Prometheus answers with when it understood a request and cannot fulfil it. */
const EXPLAINED: ReadonlySet<number> = new Set([400, 422]);
const NO_POST: ReadonlySet<number> = new Set([405, 501]);

/** One answer of the API. */
export interface ApiAnswer {
  readonly data: unknown;
  readonly warnings: readonly string[];
}

interface Envelope {
  readonly status?: unknown;
  readonly data?: unknown;
  readonly errorType?: unknown;
  readonly error?: unknown;
  readonly warnings?: unknown;
}

/** The HTTP API of a server (https://prometheus.io/docs/prometheus/latest/querying/api/), errors in upstream's words. */
export class PrometheusApi {
  readonly #client: HttpClient;
  readonly #server: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param server where it is, perhaps with a path before `/api/v1` */
  constructor(client: HttpClient, server: string, headers: Readonly<Record<string, string>> = {}) {
    this.#client = client;
    this.#server = server;
    this.#headers = headers;
  }

  /** Sends a form by POST, and by GET where the server does not take that. @throws ToolError, HttpRequestError */
  async call(path: string, form: Iterable<readonly [string, string]>): Promise<ApiAnswer> {
    const url = serverUrl('POST', this.#server, path) + path;
    const body = new URLSearchParams(
      [...form].map(([name, value]): [string, string] => [name, value]),
    ).toString();
    const headers = { ...this.#headers, 'content-type': 'application/x-www-form-urlencoded' };
    let response = await this.#client.request({ url, method: 'POST', headers, body });
    if (NO_POST.has(response.status)) {
      await response.discard();
      response = await this.#client.request({ url: `${url}?${body}`, headers: this.#headers });
    }
    return readAnswer(response);
  }

  /** Asks by GET. @throws ToolError, HttpRequestError */
  async get(path: string, form: Iterable<readonly [string, string]>): Promise<ApiAnswer> {
    const query = new URLSearchParams([...form].map(([name, value]): [string, string] => [name, value]));
    query.sort();
    const url = `${serverUrl('GET', this.#server, path)}${path}?${query.toString()}`;
    return readAnswer(await this.#client.request({ url, headers: this.#headers }));
  }
}

async function readAnswer(response: HttpResponse): Promise<ApiAnswer> {
  const { status } = response;
  const text = await readText(response);
  const explained = EXPLAINED.has(status);
  if (Math.floor(status / 100) !== 2 && !explained) throw statusError(status, text);
  const envelope = parseEnvelope(text);
  if (explained !== (envelope.status === 'error')) {
    throw new ToolError('bad_response: inconsistent body for response code');
  }
  if (explained) throw new ToolError(`${String(envelope.errorType)}: ${String(envelope.error)}`);
  const warnings = Array.isArray(envelope.warnings) ? envelope.warnings.map(String) : [];
  return { data: envelope.data, warnings };
}

function statusError(status: number, detail: string): ApiError {
  switch (Math.floor(status / 100)) {
    case 4:
      return new ApiError(`client_error: client error: ${status}`, detail.trim());
    case 5:
      return new ApiError(`server_error: server error: ${status}`, detail.trim());
    default:
      return new ApiError(`bad_response: bad response code ${status}`, detail.trim());
  }
}

function parseEnvelope(text: string): Envelope {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ToolError(`bad_response: ${(cause as Error).message}`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null) throw new ToolError('bad_response: no object');
  return parsed;
}
