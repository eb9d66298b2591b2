import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { HttpRequestError } from '@narthex/httpclient';
import { clientFor, serverUrl } from '../api/http-config.js';
import { errorText, ToolError } from '../errors.js';
import { type Tool } from '../tool.js';
import { tarArchive, type TarEntry } from './tar.js';

/** Where something is found on a server, and what it is called in the archive. */
export interface DebugSource {
  readonly path: string;
  readonly name: string;
}

export const METRICS_SOURCES: readonly DebugSource[] = [{ path: '/metrics', name: 'metrics.txt' }];

export const PROFILE_SOURCES: readonly DebugSource[] = [
  { path: '/debug/pprof/profile?seconds=30', name: 'cpu.pb' },
  { path: '/debug/pprof/block', name: 'block.pb' },
  { path: '/debug/pprof/goroutine', name: 'goroutine.pb' },
  { path: '/debug/pprof/heap', name: 'heap.pb' },
  { path: '/debug/pprof/mutex', name: 'mutex.pb' },
  { path: '/debug/pprof/threadcreate', name: 'threadcreate.pb' },
  { path: '/debug/pprof/trace?seconds=30', name: 'trace.pb' },
];

/** `promtool debug …`: asks a server for one thing after the other and puts the answers into an archive. */
export async function collectDebug(
  server: string,
  sources: readonly DebugSource[],
  tool: Tool,
  archive = 'debug.tar.gz',
): Promise<number> {
  const client = await clientFor(undefined);
  const entries: TarEntry[] = [];
  try {
    for (const { path, name } of sources) {
      const url = serverUrl('GET', server, path) + path;
      tool.out(`collecting: ${url}\n`);
      const response = await client.request({ url });
      if (response.status !== 200) {
        await response.discard();
        tool.error(`  WARNING: ${url} answered with HTTP status ${response.status}, ${name} is left out\n`);
        continue;
      }
      entries.push({ name, content: await buffer(response.body) });
    }
  } catch (cause) {
    if (!(cause instanceof HttpRequestError)) throw cause;
    const reason = `error executing HTTP request: ${errorText(cause)}`;
    throw new ToolError(`error completing debug command: ${reason}`, { cause });
  } finally {
    await client.close();
  }
  await writeFile(archive, await promisify(gzip)(tarArchive(entries)));
  tool.out(`Compiling debug information complete, all files written in ${JSON.stringify(archive)}.\n`);
  return 0;
}
