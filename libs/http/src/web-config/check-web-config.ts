import { hasTls, readServerTls } from './server-tls.js';
import { loadWebConfig } from './web-config.js';

/**
 * Reads a web configuration file and what it names, and lets go of both.
 * @throws ConfigError, WebConfigError in upstream's words
 */
export async function checkWebConfig(file: string): Promise<void> {
  const { tls_server_config: tls } = await loadWebConfig(file);
  if (hasTls(tls)) readServerTls(tls);
}
