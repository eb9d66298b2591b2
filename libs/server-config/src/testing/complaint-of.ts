import { parseServerConfig } from '../load-config.js';

/** What is wrong with a configuration that is only to be checked; the empty text of a good one. */
export async function complaintOf(yaml: string): Promise<string> {
  const options = { environment: {}, acceptUnsupported: true };
  const outcome: unknown = await parseServerConfig(yaml, 'prometheus.yml', options).catch(
    (error: unknown) => error,
  );
  return outcome instanceof Error ? outcome.message : '';
}
