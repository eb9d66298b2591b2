import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWriteRequestV1, type WrittenSeries } from '@narthex/remote';
import { freePort, peerProgram } from '@narthex/testkit';
import { compressSync } from 'snappy';
import { Program, startApp } from './program.js';

export type Make = 'ours' | 'theirs';

/** Whether the original Prometheus and promtool are there. */
export const havePeers = peerProgram('prometheus') !== undefined && peerProgram('promtool') !== undefined;

export interface StorageServerOptions {
  readonly make: Make;
  /** The data directory. */
  readonly data: string;
  /** Where its configuration goes. */
  readonly folder: string;
  /** Of `prometheus.yml`, besides `storage`. */
  readonly config?: string;
  readonly flags?: readonly string[];
  /** How far out of order samples may come; default 1h. */
  readonly window?: string;
  /** The length of the shortest and the longest blocks; default 10m and 30m. */
  readonly blocks?: readonly [string, string];
}

/** What a server says to a request that it does not answer with 2xx. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`${status}: ${text}`);
    this.status = status;
  }
}

/** A server that takes remote write. */
export class StorageServer {
  readonly url: string;
  readonly program: Program;

  private constructor(url: string, program: Program) {
    this.url = url;
    this.program = program;
  }

  /** Starts one, and waits until it is ready. */
  static async start(options: StorageServerOptions): Promise<StorageServer> {
    const server = await StorageServer.launch(options);
    await server.program.answersAt(`${server.url}/-/ready`);
    return server;
  }

  /** Starts one. */
  static async launch({
    make,
    data,
    folder,
    config = '',
    flags = [],
    window = '1h',
    blocks: [shortest, longest] = ['10m', '30m'],
  }: StorageServerOptions): Promise<StorageServer> {
    const address = `127.0.0.1:${await freePort()}`;
    const file = join(folder, `${make}-${address.split(':')[1]}.yml`);
    writeFileSync(file, `${config}storage: { tsdb: { out_of_order_time_window: ${window} } }\n`);
    const all = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=${address}`,
      `--storage.tsdb.min-block-duration=${shortest}`,
      `--storage.tsdb.max-block-duration=${longest}`,
      '--storage.tsdb.retention.time=20y',
      '--web.enable-remote-write-receiver',
      '--web.enable-admin-api',
      '--enable-feature=native-histograms,exemplar-storage',
      ...flags,
    ];
    const program =
      make === 'ours' ? startApp('server', all) : new Program('prometheus', peerProgram('prometheus')!, all);
    return new StorageServer(`http://${address}`, program);
  }

  /** Resolves when the samples are acknowledged. */
  async write(series: readonly WrittenSeries[]): Promise<void> {
    await this.#post('/api/v1/write', {
      headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' },
      body: new Uint8Array(compressSync(Buffer.from(encodeWriteRequestV1(series)))),
    });
  }

  async delete(parameters: Record<string, string>): Promise<void> {
    await this.#post(`/api/v1/admin/tsdb/delete_series?${new URLSearchParams(parameters).toString()}`);
  }

  async get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    if (!answer.ok) throw new RefusedError(answer.status, await answer.text());
    return ((await answer.json()) as { data: T }).data;
  }

  /** The values of the samples of each series, by the value of a label. */
  async samples(selector: string, timeS: number, label: string): Promise<Map<string, number[]>> {
    const { result } = await this.get<{
      result: { metric: Record<string, string>; values: [number, string][] }[];
    }>('query', { query: selector, time: String(timeS) });
    return new Map(
      result.map(({ metric, values }) => [metric[label]!, values.map(([, value]) => Number(value))]),
    );
  }

  async #post(path: string, request: RequestInit = {}): Promise<void> {
    const answer = await fetch(this.url + path, { method: 'POST', ...request });
    if (!answer.ok) throw new RefusedError(answer.status, await answer.text());
    await answer.arrayBuffer();
  }
}
