import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { DeadlineError, HttpClientSetupError, HttpRequestError } from './errors.js';

/** What errors of sockets, name lookup, TLS and undici carry beside their message. */
interface SystemFacts {
  readonly code?: string;
  readonly syscall?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly reason?: string;
  readonly host?: string;
  readonly errors?: readonly Error[];
  readonly socket?: SocketEnds;
  readonly cert?: { readonly subjectaltname?: string };
}

/** The two ends of a connection, where they are known. */
export interface SocketEnds {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

const SYSTEM_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  ECONNABORTED: 'software caused connection abort',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EPIPE: 'broken pipe',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EINVAL: 'invalid argument',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or directory',
};

const UNKNOWN_AUTHORITY: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** Why a request failed, in the words of Go's net, net/http and crypto/tls. */
export function goReason(error: unknown, ends?: SocketEnds): string {
  if (
    error instanceof DeadlineError ||
    error instanceof HttpClientSetupError ||
    error instanceof HttpRequestError
  )
    return error.message;
  if (!isErrorLike(error)) return String(error);
  const facts: Error & SystemFacts = error;
  if (facts.errors?.[0] !== undefined) return goReason(facts.errors[0], ends);
  const code = facts.code ?? '';
  if (error.name === 'AbortError') return 'context canceled';
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${facts.hostname ?? ''}${askedServer()}: no such host`;
  if (code === 'EAI_AGAIN')
    return `dial tcp: lookup ${facts.hostname ?? ''}: Temporary failure in name resolution`;
  if (code === 'UND_ERR_SOCKET' && error.cause === undefined) return 'EOF';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT')
    return 'dial tcp: i/o timeout';
  const systemText = SYSTEM_TEXTS[code];
  if (systemText !== undefined) return systemReason(facts, systemText, ends);
  if (UNKNOWN_AUTHORITY.includes(code)) return tlsReason('x509: certificate signed by unknown authority');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return tlsReason('x509: certificate has expired or is not yet valid');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return tlsReason(nameReason(facts));
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return protocolReason(error.message);
  if (code.startsWith('HPE_')) return malformedReason(code);
  if (isErrorLike(error.cause)) return goReason(error.cause, facts.socket ?? ends);
  return error.message;
}

/** Errors of Node's own may belong to another realm, where `instanceof` does not know them. */
function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** As Go's `url.Error` prints: `Get "http://…": reason`. A password in the URL becomes `***`. */
export function requestFailure(method: string, url: string, reason: string): string {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return `${verb} ${JSON.stringify(withoutPassword(url))}: ${reason}`;
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z][a-z\d+.-]*:\/\/[^/?#@:]*):[^/?#]*@/i, '$1:***@');
}

function systemReason(facts: SystemFacts, text: string, ends: SocketEnds | undefined): string {
  if (facts.syscall === 'connect' && facts.port === undefined && facts.address?.startsWith('/') === true)
    return `dial unix ${facts.address}: connect: ${text}`;
  if (facts.syscall === 'connect') {
    return `dial tcp ${endText(facts.address, facts.port)}: connect: ${text}`;
  }
  const from = endText(ends?.localAddress, ends?.localPort);
  const to = endText(ends?.remoteAddress, ends?.remotePort);
  const operation = facts.syscall === 'write' ? 'write' : 'read';
  return `${operation} tcp ${from}->${to}: ${operation}: ${text}`;
}

function endText(address = '', port = 0): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function tlsReason(reason: string): string {
  return `tls: failed to verify certificate: ${reason}`;
}

/** Go lists addresses where an address was wanted, and names where a name was. */
function nameReason(facts: SystemFacts): string {
  const { host = '', cert } = facts;
  const kind = isIP(host) === 0 ? 'DNS' : 'IP Address';
  const entries = (cert?.subjectaltname ?? '').split(', ').filter((entry) => entry.startsWith(`${kind}:`));
  const listed = entries.map((entry) => entry.slice(kind.length + 1)).join(', ');
  return listed === ''
    ? `x509: certificate is not valid for any names, but wanted to match ${host}`
    : `x509: certificate is valid for ${listed}, not ${host}`;
}

/** Go's resolver names the server it asked. */
function askedServer(): string {
  const server = getServers()[0];
  if (server === undefined) return '';
  return ` on ${/(?:^\[.*\]|\.\d+):\d+$/.test(server) ? server : endText(server, 53)}`;
}

function protocolReason(message: string): string {
  if (/wrong version number/i.test(message)) return 'http: server gave HTTP response to HTTPS client';
  const alert = TLS_ALERTS[Number(/SSL alert number (\d+)/.exec(message)?.[1])];
  return alert === undefined ? message : `remote error: tls: ${alert}`;
}

/** What Go's crypto/tls calls the alerts of RFC 8446, section 6. */
const TLS_ALERTS: Readonly<Record<number, string>> = {
  10: 'unexpected message',
  20: 'bad record MAC',
  21: 'decryption failed',
  22: 'record overflow',
  30: 'decompression failure',
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'revoked certificate',
  45: 'expired certificate',
  46: 'unknown certificate',
  47: 'illegal parameter',
  48: 'unknown certificate authority',
  49: 'access denied',
  50: 'error decoding message',
  51: 'error decrypting message',
  60: 'export restriction',
  70: 'protocol version not supported',
  71: 'insufficient security level',
  80: 'internal error',
  86: 'inappropriate fallback',
  90: 'user canceled',
  100: 'no renegotiation',
  109: 'missing extension',
  110: 'unsupported extension',
  112: 'unrecognized name',
  113: 'bad certificate status response',
  115: 'unknown PSK identity',
  116: 'certificate required',
  120: 'no application protocol',
};

function malformedReason(code: string): string {
  if (code === 'HPE_INVALID_CONSTANT' || code === 'HPE_INVALID_VERSION') return 'malformed HTTP response';
  return `malformed HTTP response (${code.slice(4).toLowerCase().replaceAll('_', ' ')})`;
}
