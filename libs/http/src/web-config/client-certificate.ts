import { type PeerCertificate, type TLSSocket } from 'node:tls';
import { CLIENT_AUTH, type TlsServerConfig } from './web-config.js';

/** Why a client may not stay, by the certificate that it has shown or not; undefined when it may. */
export function clientFault(socket: TLSSocket, config: TlsServerConfig): string | undefined {
  const wanted = CLIENT_AUTH[config.client_auth_type];
  if (!wanted?.request) return undefined;
  const certificate = socket.getPeerCertificate() as PeerCertificate | Record<string, never> | null;
  const isThere = certificate !== null && Object.keys(certificate).length > 0;
  if (!isThere) return wanted.require ? "tls: client didn't provide a certificate" : undefined;
  if (wanted.verify && !socket.authorized) {
    return `tls: failed to verify certificate: ${String(socket.authorizationError)}`;
  }
  const allowed = config.client_allowed_sans;
  if (allowed.length === 0) return undefined;
  const names = alternativeNames((certificate as PeerCertificate).subjectaltname ?? '');
  if (names.some((name) => allowed.includes(name))) return undefined;
  return `could not find allowed SANs in client cert, found: [${allowed.join(' ')}]`;
}

/** The names of `DNS:a, IP Address:1.2.3.4, URI:…`, as Node prints them; those with a comma stand in quotes. */
function alternativeNames(text: string): string[] {
  const names: string[] = [];
  for (const [, plain, quoted] of text.matchAll(
    /(?:DNS|IP Address|URI|email):(?:([^",]*)|("(?:[^"\\]|\\.)*"))/g,
  )) {
    names.push(quoted === undefined ? (plain ?? '') : (JSON.parse(quoted) as string));
  }
  return names;
}
