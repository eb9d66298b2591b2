import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { ExpositionError } from '@narthex/exposition';
import { type HttpClient, HttpRequestError } from '@narthex/httpclient';
import { compress } from 'snappy';
import { clientFor, readText } from '../api/http-config.js';
import { errorText, ToolError } from '../errors.js';
import { type Tool } from '../tool.js';
import { writeRequest } from './metrics-request.js';

const MAX_REASON_LENGTH = 1024;

/** The messages that a remote-write endpoint may take, by their protobuf names. */
export const MESSAGES = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const;

export interface MetricsPush {
  readonly url: string;
  readonly configFile: string | undefined;
  /** None: standard input. */
  readonly files: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly message: (typeof MESSAGES)[number];
}

/** `promtool push metrics`: an exposition in text, to where remote write is taken. */
export async function pushMetrics(options: MetricsPush, tool: Tool): Promise<number> {
  const client = await clientFor(options.configFile, options.url);
  try {
    if (options.files.length === 0) {
      tool.out('Parsing standard input\n');
      const isPushed = await push(await tool.input(), client, options, tool);
      if (isPushed) tool.out('  SUCCESS: metrics pushed to remote write.\n');
      return isPushed ? 0 : 1;
    }
    let failed = false;
    for (const file of options.files) {
      tool.out(`Parsing metrics file ${file}\n`);
      const isPushed = await push(await readFile(file), client, options, tool);
      if (isPushed) tool.out(`  SUCCESS: metrics file ${file} pushed to remote write.\n`);
      failed ||= !isPushed;
    }
    return failed ? 1 : 0;
  } finally {
    await client.close();
  }
}

async function push(
  bytes: Uint8Array,
  client: HttpClient,
  options: MetricsPush,
  tool: Tool,
): Promise<boolean> {
  const { labels, message } = options;
  try {
    const version = message === 'prometheus.WriteRequest' ? 1 : 2;
    const request = writeRequest(bytes, labels, { nowMs: tool.clock.nowMs(), version });
    await send(await compress(Buffer.from(request)), version, client, options);
    return true;
  } catch (error) {
    const isExpected =
      error instanceof ToolError || error instanceof HttpRequestError || error instanceof ExpositionError;
    if (!isExpected) throw error;
    tool.error(`  FAILED: ${errorText(error)}\n`);
    return false;
  }
}

async function send(
  body: Uint8Array,
  version: 1 | 2,
  client: HttpClient,
  { url, headers, timeoutMs, message }: MetricsPush,
): Promise<void> {
  const response = await client.request({
    url,
    method: 'POST',
    body,
    headers: {
      'content-encoding': 'snappy',
      'content-type': version === 1 ? 'application/x-protobuf' : `application/x-protobuf;proto=${message}`,
      'x-prometheus-remote-write-version': version === 1 ? '0.1.0' : '2.0.0',
      ...Object.fromEntries(headers),
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await readText(response);
  if (Math.floor(response.status / 100) === 2) return;
  const status = `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
  throw new ToolError(`server returned HTTP status ${status}: ${text.slice(0, MAX_REASON_LENGTH)}`);
}
