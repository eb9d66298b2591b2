import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const HISTOGRAM = {
  count: '6',
  sum: '3.5',
  buckets: [
    [0, '0.5', '1', '3'],
    [1, '-1', '-0.5', '2'],
    [3, '-0.001', '0.001', '1'],
  ],
};
const WIDER = { ...HISTOGRAM, count: '8', buckets: [...HISTOGRAM.buckets, [0, '1', '2', '2']] };

const OTHER = { ...HISTOGRAM, buckets: [[0, '4', '8', '6']] };

const RESULTS: Readonly<Record<string, unknown>> = {
  scalar: { resultType: 'scalar', result: [1.5, '1e+30'] },
  vector: {
    resultType: 'vector',
    result: [
      { metric: { __name__: 'a', b: 'c<d' }, value: [1.5, '1e+30'] },
      { metric: {}, value: [2, 'NaN'] },
      { metric: { __name__: 'h', x: 'y' }, histogram: [3, HISTOGRAM] },
    ],
  },
  matrix: {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'a.b', 'q r': 'c' },
        values: [
          [1.5, '1'],
          [2, '+Inf'],
        ],
      },
      {
        metric: { __name__: 'h' },
        values: [[1, '2']],
        histograms: [
          [3, HISTOGRAM],
          [4, WIDER],
        ],
      },
    ],
  },
  'native[1h0m0s]': {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'h', z: '1' },
        histograms: [
          [3, HISTOGRAM],
          [4, WIDER],
          [5, HISTOGRAM],
        ],
      },
      { metric: { __name__: 'once' }, histograms: [[3, HISTOGRAM]] },
    ],
  },
  'disjoint[1h0m0s]': {
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'h' },
        histograms: [
          [3, HISTOGRAM],
          [4, OTHER],
        ],
      },
    ],
  },
  'sparse[1h0m0s]': {
    resultType: 'matrix',
    result: ['1', '+Inf'].map((le) => ({
      metric: { __name__: 'x_bucket', le },
      values: [
        [1, '4'],
        [2, '6'],
      ],
    })),
  },
  'classic[1h0m0s]': {
    resultType: 'matrix',
    result: ['1', '+Inf', '0.5'].map((le, i) => ({
      metric: { __name__: 'x_bucket', le },
      values: [
        [1, String([4, 9, 1][i])],
        [2, String([4, 12, 1][i])],
      ],
    })),
  },
  empty: { resultType: 'vector', result: [] },
};

/** One request as it came in. */
export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Uint8Array;
}

/** A server that answers queries by what is asked: the name of a result, or a status. */
export class ApiServer {
  readonly asked: AskedRequest[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ApiServer> {
    const server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const [path = '', query = ''] = (request.url ?? '').split('?');
        const form = new URLSearchParams(query === '' ? body.toString() : query);
        api.asked.push({ method: request.method ?? '', path, form, headers: request.headers, body });
        const [status, answer] = answerTo(path, form.get('query') ?? '');
        response.writeHead(status).end(answer);
      });
    });
    const api = new ApiServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function answerTo(path: string, query: string): [number, string] {
  const success = (data: unknown): [number, string] => [200, JSON.stringify({ status: 'success', data })];
  if (path.endsWith('/series'))
    return success([
      { job: 'j', __name__: 'up' },
      { __name__: 'b', a: '"' },
    ]);
  if (path.endsWith('/values')) return success(['v', '<w>']);
  if (path.endsWith('/metrics')) return [200, 'up 1\n'];
  if (path.includes('pprof')) return [404, 'not here'];
  if (path.endsWith('/write')) return [204, ''];
  if (path.endsWith('/refuse')) return [400, 'out of bounds\n'];
  const status = Number(query);
  if (status === 404) return [404, 'nothing here\n'];
  if (status > 0) return [status, JSON.stringify({ status: 'error', errorType: 'execution', error: 'no' })];
  return success(RESULTS[query] ?? RESULTS.empty);
}
