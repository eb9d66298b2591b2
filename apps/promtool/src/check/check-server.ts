import { clientFor, readText, serverUrl } from '../api/http-config.js';
import { ToolError } from '../errors.js';
import { type Tool } from '../tool.js';

const TIMEOUT_MS = 10_000;

export interface ServerCheck {
  readonly server: string;
  readonly configFile: string | undefined;
  /** `/-/healthy` or `/-/ready`. */
  readonly path: string;
}

/** `promtool check healthy`, `promtool check ready` */
export async function checkServer({ server, configFile, path }: ServerCheck, tool: Tool): Promise<number> {
  const client = await clientFor(configFile, server);
  try {
    const base = serverUrl('GET', server, path);
    const response = await client.request({ url: base + path, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await readText(response);
    if (response.status !== 200) throw new ToolError(`check failed: URL=${base}, status=${response.status}`);
    tool.error(`  SUCCESS:  ${text}\n`);
    return 0;
  } finally {
    await client.close();
  }
}
