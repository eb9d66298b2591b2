import { RESERVED_HEADERS } from '@narthex/httpclient';

/** Headers that the client sets itself, but for one that only scrapes send; `authorization` has a refusal of its own. */
const RESERVED = new Set(RESERVED_HEADERS.filter((name) => name !== 'x-prometheus-scrape-timeout-seconds'));

const REMOTE_AUTHORIZATION =
  'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter';

/** What is wrong with `headers` of remote storage, and of whatever has another refusal of `authorization`. */
export function headersFault(
  headers: Iterable<readonly [string, unknown]>,
  authorizationFault = REMOTE_AUTHORIZATION,
): string | undefined {
  for (const [name] of headers) {
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'authorization') return authorizationFault;
    if (RESERVED.has(lowerCase)) return `${name} is a reserved header. It must not be changed`;
  }
  return undefined;
}
