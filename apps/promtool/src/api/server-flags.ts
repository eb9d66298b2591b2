import { type FlagSpec, optionalFlag, parseExistingFile, parsedFlag } from '@narthex/process';

/** `--http.config.file`; undefined where it is left out. */
export const HTTP_CONFIG_FLAG = optionalFlag(parseExistingFile, {
  help: 'HTTP client configuration file for promtool to connect to Prometheus.',
  placeholder: '<filename>',
});

/** `--url`. */
export function urlFlag(help: string): FlagSpec<string> {
  return parsedFlag('http://localhost:9090', parseServerUrl, { help });
}

/** A URL as Go takes it. @throws Error with upstream's words */
export function parseServerUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text) && /^[^/]*:/.test(text)) {
    const reason = text.startsWith(':')
      ? 'missing protocol scheme'
      : 'first path segment in URL cannot contain colon';
    throw new Error(`invalid URL: parse ${JSON.stringify(text)}: ${reason}`);
  }
  return text;
}
