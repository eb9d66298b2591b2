import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server that answers range queries, each in its own way by what is asked. */
export class QueryServer {
  /** The forms that came in, as `query start end step`. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<QueryServer> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const form = new URLSearchParams(body);
        const [query = '', start, end, step] = ['query', 'start', 'end', 'step'].map(
          (name) => form.get(name) ?? '',
        );
        answers.asked.push(
          `${request.method ?? ''} ${request.url ?? ''} ${query} ${start!} ${end!} ${step!}`,
        );
        const [status, answer] = answerTo(query, Number(start), Number(end), Number(step));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    const answers = new QueryServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return answers;
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

function answerTo(query: string, start: number, end: number, step: number): [number, unknown] {
  if (query === 'refused') return [422, { status: 'error', errorType: 'execution', error: 'no way' }];
  if (query === 'broken') return [500, { status: 'error', errorType: 'internal', error: 'broken' }];
  const series = query === 'nothing' ? [] : ['a', 'b'];
  const result = series.map((host) => ({
    metric: { __name__: 'up', host, zone: 'z' },
    values: stepsOf(start, end, step).map((time) => [time, host === 'a' ? String(time) : 'NaN']),
  }));
  const warnings = query === 'warned' ? ['look out'] : undefined;
  return [200, { status: 'success', data: { resultType: 'matrix', result }, warnings }];
}

function stepsOf(start: number, end: number, step: number): number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) =>
    Number((start + i * step).toFixed(3)),
  );
}
