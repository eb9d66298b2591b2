import { check, ConfigError, loadConfigFile, section } from '@narthex/config';
import {
  DEFAULT_HTTP_CLIENT_CONFIG,
  HttpClient,
  type HttpClientConfig,
  httpClientFault,
  httpClientFields,
  type HttpResponse,
} from '@narthex/httpclient';
import { VERSION } from '@narthex/process';
import { ToolError } from '../errors.js';

const fileSection = check(section('config.plain', httpClientFields), httpClientFault);

/** A client as the file of `--http.config.file` says. @throws ToolError where the server's URL has a password, too */
export async function clientFor(configFile: string | undefined, server = ''): Promise<HttpClient> {
  if (configFile !== undefined && /^[a-z][a-z0-9+.-]*:\/\/[^/]+@/i.test(server)) {
    throw new ToolError(
      'promtool: error: Cannot set base auth in the server URL and use a http.config.file at the same time',
    );
  }
  const config = configFile === undefined ? DEFAULT_HTTP_CLIENT_CONFIG : await readConfig(configFile);
  return new HttpClient({ config, userAgent: `promtool/${VERSION}` });
}

async function readConfig(file: string): Promise<HttpClientConfig> {
  try {
    return (await loadConfigFile(file, fileSection)).value;
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ToolError(`promtool: error: Failed to load HTTP config file: ${cause.message}`, { cause });
  }
}

/**
 * Where a server is, without a slash at the end; `path` is what is to be asked of it.
 * @throws ToolError where no request can go there
 */
export function serverUrl(method: string, server: string, path: string): string {
  const base = server.replace(/\/+$/, '');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(base)?.[1];
  if (scheme === undefined) return `http://${base.replace(/^\/\//, '')}`;
  if (['http', 'https'].includes(scheme.toLowerCase())) return base;
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  throw new ToolError(`${verb} ${JSON.stringify(base + path)}: unsupported protocol scheme "${scheme}"`);
}

/** The whole body of an answer. */
export async function readText({ body }: HttpResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
