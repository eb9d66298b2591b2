import { ConfigError } from '@narthex/config';
import { checkWebConfig, WebConfigError } from '@narthex/http';
import { type Tool } from '../tool.js';

/** `promtool check web-config`; verdicts go where mistakes go, as upstream's. */
export async function checkWebConfigs(files: readonly string[], { error: tell }: Tool): Promise<number> {
  let failed = false;
  for (const file of files) {
    try {
      await checkWebConfig(file);
      tell(`${file} SUCCESS\n`);
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof WebConfigError)) throw error;
      tell(`${file} FAILED: ${error.message}\n`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}
