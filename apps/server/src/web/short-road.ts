import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createCompression, deferCompression, type RequestMeter } from '@narthex/http';
import { answerPlainly, type Endpoint, type EndpointOptions, type PlainEndpoint } from '../api/endpoint.js';
import { FormValues } from '../api/form-values.js';
import { Parameters } from '../api/parameters.js';

/** Longer forms are left to express. */
const MOST_FORM_BYTES = 64 * 1024;
const FORM = /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i;
/** Addresses that are taken as they stand: nothing of them is written in another way than what it means. */
const PLAIN_ADDRESS = /^[!"$-~]+$/;
/** A prefix that no cleaning of paths changes, nor any pattern of a route. */
const PLAIN_PREFIX = /^(?:\/[\w-][\w.~-]*)*$/;

export interface ShortRoadOptions extends EndpointOptions {
  /** Empty or `/prefix`. */
  readonly routePrefix: string;
  readonly meter: RequestMeter;
  /** While false, all requests are left to express. */
  readonly isOpen: () => boolean;
}

interface Route {
  readonly endpoint: PlainEndpoint;
  /** The `handler` label of metrics. */
  readonly label: string;
}

/**
 * The way of the requests that a server gets most: GET and POST to plain endpoints, written as clients write them, go
 * from node's server to the endpoint by one look into a table. For a small query, routing by express costs several times
 * what its evaluation does. Whatever is written in another way (escapes in paths, HEAD, OPTIONS, long or chunked forms,
 * other encodings), and every other path, goes through express to the same endpoints, with the same answer.
 */
export class ShortRoad {
  readonly #options: ShortRoadOptions;
  readonly #routes = new Map<string, Route>();
  readonly #compress = createCompression(0);

  constructor(options: ShortRoadOptions) {
    this.#options = options;
  }

  /** Adds those of the endpoints that may come this way. */
  add(endpoints: readonly Endpoint[]): void {
    const { routePrefix } = this.#options;
    if (!PLAIN_PREFIX.test(routePrefix)) return;
    for (const endpoint of endpoints) {
      if (endpoint.isPlain !== true) continue;
      const label = `/api/v1${endpoint.path}`;
      this.#routes.set(routePrefix + label, { endpoint, label });
    }
  }

  /** Answers a request; false where it has to go the other way, and nothing has been done with it. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request;
    if (method !== 'GET' && method !== 'POST') return false;
    const queryStart = url.indexOf('?');
    const route = this.#routes.get(queryStart < 0 ? url : url.slice(0, queryStart));
    if (route === undefined || !isKnown(method, route) || !this.#options.isOpen()) return false;
    if (request.httpVersionMajor !== 1 || !PLAIN_ADDRESS.test(url)) return false;
    // As in Go, the body of a GET tells nothing.
    const formBytes = method === 'GET' ? 0 : formLength(headers);
    if (formBytes === undefined) return false;
    this.#options.meter.begin(route.label, request, response);
    deferCompression(this.#compress, request, response);
    const query = new FormValues(queryStart < 0 ? '' : url.slice(queryStart + 1));
    if (formBytes === 0) {
      this.#answer(route, new Parameters(undefined, query), request, response);
      return true;
    }
    // What is told of a request that breaks off.
    response.statusCode = 400;
    readForm(request, (form) => this.#answer(route, new Parameters(form, query), request, response));
    return true;
  }

  #answer(
    { endpoint }: Route,
    parameters: Parameters,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    void answerPlainly(endpoint, parameters, request, response, this.#options);
  }
}

function isKnown(method: 'GET' | 'POST', { endpoint }: Route): boolean {
  return endpoint.methods.includes(method);
}

/** The length of a form that can be read here, 0 where there is none; undefined where express has to look at it. */
function formLength(headers: IncomingMessage['headers']): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  const length = headers['content-length'];
  if (length === undefined || length === '0') return 0;
  if (!FORM.test(headers['content-type'] ?? '')) return undefined;
  const bytes = Number(length);
  return bytes > 0 && bytes <= MOST_FORM_BYTES ? bytes : undefined;
}

function readForm(request: IncomingMessage, done: (form: FormValues) => void): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => void parts.push(part));
  request.once('end', () => {
    done(new FormValues((parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString('utf8')));
  });
}
