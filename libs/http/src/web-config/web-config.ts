import {
  check,
  filePath,
  flag,
  integer,
  list,
  loadConfigFile,
  parsed,
  record,
  secret,
  section,
  text,
} from '@narthex/config';
import { parseGoDuration } from '@narthex/process';
import { type z } from 'zod';
import { checkBcryptHash } from './bcrypt-hash.js';

/** The headers that may be set, and the values that they may have; an empty list allows any. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Strict-Transport-Security': [],
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': [],
  'Content-Security-Policy': [],
};

/** Upstream's names of TLS versions, and Node's. */
export const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
export type TlsVersion = keyof typeof TLS_VERSIONS;

/** Upstream's names of curves, and OpenSSL's. */
export const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** Go's names of cipher suites, and OpenSSL's. The first three are those of TLS 1.3. */
export const CIPHERS: Readonly<Record<string, string>> = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

interface ClientAuth {
  readonly request: boolean;
  readonly require: boolean;
  readonly verify: boolean;
}

/** Who has to show a certificate, and whether it is verified. */
export const CLIENT_AUTH: Readonly<Record<string, ClientAuth | undefined>> = {
  '': { request: false, require: false, verify: false },
  NoClientCert: { request: false, require: false, verify: false },
  RequestClientCert: { request: true, require: false, verify: false },
  RequireAnyClientCert: { request: true, require: true, verify: false },
  RequireClientCert: { request: true, require: true, verify: false },
  VerifyClientCertIfGiven: { request: true, require: false, verify: true },
  RequireAndVerifyClientCert: { request: true, require: true, verify: true },
};

const tlsServerSection = section('web.TLSConfig', {
  cert: text(),
  key: secret(),
  client_ca: text(),
  cert_file: filePath(),
  key_file: filePath(),
  client_auth_type: text(),
  client_ca_file: filePath(),
  cipher_suites: list(named('cipher', CIPHERS), { goType: '[]web.Cipher' }),
  curve_preferences: list(named('curve', CURVES), { goType: '[]web.Curve' }),
  min_version: tlsVersion('TLS12'),
  max_version: tlsVersion('TLS13'),
  prefer_server_cipher_suites: flag({ default: true }),
  client_allowed_sans: list(text(), { goType: '[]string' }),
});

const httpServerSection = check(
  section('web.HTTPConfig', { http2: flag({ default: true }), headers: record(text()) }),
  ({ headers }) => {
    for (const [name, value] of headers) {
      const allowed = HEADERS[name];
      if (allowed === undefined)
        return {
          message: `HTTP header ${JSON.stringify(name)} can not be configured`,
          path: ['headers', name],
        };
      if (allowed.length > 0 && !allowed.includes(value)) {
        const expected = allowed.map((one) => JSON.stringify(one)).join(' ');
        return {
          message: `invalid value for ${name}. Expected one of: [${expected}], but got: ${JSON.stringify(value)}`,
          path: ['headers', name],
        };
      }
    }
    return undefined;
  },
);

const rateLimitSection = section('web.RateLimiterConfig', {
  burst: integer(),
  /** Milliseconds between two requests; 0 for no limit. */
  interval: parsed(0, {
    goType: 'time.Duration',
    parse: parseInterval,
    print: (ms) => (ms === 0 ? null : `${ms}ms`),
  }),
});

/** The file of `--web.config.file` (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md). */
const webConfigSection = check(
  section('web.Config', {
    tls_server_config: tlsServerSection,
    http_server_config: httpServerSection,
    rate_limit: rateLimitSection,
    basic_auth_users: record(secret(), { goType: 'map[string]config.Secret' }),
  }),
  ({ basic_auth_users }) => {
    for (const [user, hash] of basic_auth_users) {
      const message = checkBcryptHash(hash?.reveal() ?? '');
      if (message !== undefined) return { message, path: ['basic_auth_users', user] };
    }
    return undefined;
  },
);
export type WebConfig = z.output<typeof webConfigSection>;
export type TlsServerConfig = WebConfig['tls_server_config'];

/** @throws ConfigError when the file cannot be read or used */
export async function loadWebConfig(file: string): Promise<WebConfig> {
  return (await loadConfigFile(file, webConfigSection)).value;
}

function named(kind: string, known: Readonly<Record<string, string>>): ReturnType<typeof text> {
  return parsed('', {
    goType: `web.${kind === 'cipher' ? 'Cipher' : 'Curve'}`,
    parse: (name) => {
      if (known[name] === undefined) throw new Error(`unknown ${kind}: ${name}`);
      return name;
    },
    print: (name) => name,
  });
}

function tlsVersion(normally: TlsVersion): ReturnType<typeof parsed<TlsVersion>> {
  return parsed<TlsVersion>(normally, {
    goType: 'web.TLSVersion',
    parse: (name) => {
      if (!(name in TLS_VERSIONS)) throw new Error(`unknown TLS version: ${name}`);
      return name as TlsVersion;
    },
    print: (name) => name,
  });
}

/** As Go reads a `time.Duration` from YAML: its own text, or a whole number of nanoseconds. */
function parseInterval(value: string): number {
  return /^-?\d+$/.test(value) ? Number(value) / 1e6 : parseGoDuration(value);
}
