import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { WebConfigError } from '../errors.js';
import { keyPairFault } from './key-pair-fault.js';
import { CIPHERS, CLIENT_AUTH, CURVES, TLS_VERSIONS, type TlsServerConfig } from './web-config.js';

/** Whether the section asks for TLS at all. */
export function hasTls(config: TlsServerConfig): boolean {
  return [
    config.cert_file,
    config.cert,
    config.key_file,
    config.key?.reveal() ?? '',
    config.client_ca_file,
    config.client_ca,
    config.client_auth_type,
  ].some((value) => value !== '');
}

/**
 * Reads what the section names.
 * @throws WebConfigError in upstream's words
 */
export function readServerTls(config: TlsServerConfig): TlsOptions {
  if (config.cert_file === '' && config.cert === '')
    throw new WebConfigError('missing one of cert or cert_file');
  if (config.key_file === '' && config.key === undefined) {
    throw new WebConfigError('missing one of key or key_file');
  }
  const cert = config.cert_file === '' ? config.cert : readPart('cert_file', config.cert_file);
  const key = config.key_file === '' ? config.key!.reveal() : readPart('key_file', config.key_file);
  const clientAuth = CLIENT_AUTH[config.client_auth_type];
  if (clientAuth === undefined) throw new WebConfigError(`invalid ClientAuth: ${config.client_auth_type}`);
  const ca = config.client_ca_file === '' ? config.client_ca : readFile(config.client_ca_file);
  if (ca !== '' && !clientAuth.request) {
    throw new WebConfigError("client CA's have been configured without a Client Auth Policy");
  }
  if (config.client_allowed_sans.length > 0 && !clientAuth.require) {
    throw new WebConfigError(
      'client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert',
    );
  }
  const options: TlsOptions = {
    cert,
    key,
    minVersion: TLS_VERSIONS[config.min_version],
    maxVersion: TLS_VERSIONS[config.max_version],
    honorCipherOrder: config.prefer_server_cipher_suites,
    requestCert: clientAuth.request,
    // Judged by the guard, which knows all of upstream's kinds; Node knows one.
    rejectUnauthorized: false,
    ...(ca !== '' && { ca }),
    ...(config.cipher_suites.length > 0 && {
      ciphers: config.cipher_suites.map((name) => CIPHERS[name]).join(':'),
    }),
    ...(config.curve_preferences.length > 0 && {
      ecdhCurve: config.curve_preferences.map((name) => CURVES[name]).join(':'),
    }),
  };
  try {
    createSecureContext(options);
  } catch (cause) {
    const reason = keyPairFault(cert, key) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new WebConfigError(`failed to load X509KeyPair: ${reason}`, { cause });
  }
  return options;
}

/** Without one of these a server may not speak HTTP/2 over TLS 1.2 (RFC 9113, 9.2.2). */
const HTTP2_CIPHERS = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];

/** @throws WebConfigError in Go's words, where the suites that were chosen leave HTTP/2 none */
export function checkHttp2Ciphers({ cipher_suites: suites, min_version }: TlsServerConfig): void {
  if (suites.length === 0 || min_version === 'TLS13' || suites.some((one) => HTTP2_CIPHERS.includes(one)))
    return;
  throw new WebConfigError(
    `http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of ${HTTP2_CIPHERS.join(' or ')})`,
  );
}

/** Tells whether any of some files is another than when last asked. */
export class FileChanges {
  #seen = '';

  changed(files: readonly string[]): boolean {
    const seen = stampOf(files);
    if (seen === this.#seen) return false;
    this.#seen = seen;
    return true;
  }

  /** As {@link FileChanges.changed}, and the next call tells the same. */
  wouldChange(files: readonly string[]): boolean {
    return stampOf(files) !== this.#seen;
  }
}

function stampOf(files: readonly string[]): string {
  return files.map(stamp).join('\n');
}

function stamp(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? file : `${file} ${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

function readPart(name: string, file: string): string {
  try {
    return readFile(file);
  } catch (cause) {
    throw new WebConfigError(`failed to read ${name} (${file}): ${(cause as Error).message}`, { cause });
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new WebConfigError(`read ${file}: is a directory`, { cause });
    const reason =
      code === 'ENOENT' ? 'no such file or directory' : code === 'EACCES' ? 'permission denied' : code;
    throw new WebConfigError(`open ${file}: ${reason}`, { cause });
  }
}
