/** Headers that the client sets itself; `authorization` has a refusal of its own. */
const RESERVED = new Set([
  'host',
  'content-encoding',
  'content-length',
  'content-type',
  'user-agent',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'accept-encoding',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
]);

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
