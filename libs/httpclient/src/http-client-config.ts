import {
  check,
  type Field,
  filePath,
  flag,
  list,
  optional,
  parsed,
  record,
  secret,
  section,
  text,
  url,
} from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { z } from 'zod';
import { canonicalHeader } from './headers.js';
import { freeMapping } from './free-field.js';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './jwt-assertion.js';

const TLS_VERSIONS = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

const tlsVersion = parsed<TlsVersion | undefined>(undefined, {
  parse: (word) => {
    const known = TLS_VERSIONS.find((version) => version === word);
    if (known === undefined) throw new Error(`unknown TLS version: ${word}`);
    return known;
  },
  print: (version) => version ?? null,
});

/** `tls_config` (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#tls_config). */
export const tlsSection = check(
  section('config.plain', {
    ca: text(),
    cert: text(),
    key: secret(),
    ca_file: filePath(),
    cert_file: filePath(),
    key_file: filePath(),
    ca_ref: text(),
    cert_ref: text(),
    key_ref: text(),
    server_name: text(),
    insecure_skip_verify: flag({ always: true }),
    min_version: tlsVersion,
    max_version: tlsVersion,
  }),
  (tls) => {
    if (countGiven(tls.ca, tls.ca_file, tls.ca_ref) > 1)
      return 'at most one of ca, ca_file & ca_ref must be configured';
    const certificates = countGiven(tls.cert, tls.cert_file, tls.cert_ref);
    const keys = countGiven(tls.key, tls.key_file, tls.key_ref);
    if (certificates > 1) return 'at most one of cert, cert_file & cert_ref must be configured';
    if (keys > 1) return 'at most one of key and key_file must be configured';
    if (certificates > 0 && keys === 0) {
      return 'exactly one of key or key_file must be configured when a client certificate is configured';
    }
    if (certificates === 0 && keys > 0) {
      return 'exactly one of cert or cert_file must be configured when a client key is configured';
    }
    return undefined;
  },
);
export type TlsConfig = z.output<typeof tlsSection>;

/** A `tls_config` that sets nothing is none, as a Go struct of zero values is: it is not printed either. */
export const tlsField: Field<TlsConfig | undefined> = z.codec(
  optional(tlsSection),
  z.custom<TlsConfig | undefined>(),
  {
    decode: (tls) => (tls !== undefined && Object.values(tls).every((value) => !value) ? undefined : tls),
    encode: (tls) => tls,
  },
) as unknown as Field<TlsConfig | undefined>;

const proxyFields = {
  proxy_url: url(),
  no_proxy: text(),
  proxy_from_environment: flag(),
  proxy_connect_header: record(list(secret(), { goType: '[]config.Secret' })),
};
type ProxyConfig = { readonly [K in keyof typeof proxyFields]: z.output<(typeof proxyFields)[K]> };

const basicAuthSection = section('config.plain', {
  username: text({ always: true }),
  username_file: filePath(),
  username_ref: text(),
  password: secret(),
  password_file: filePath(),
  password_ref: text(),
});

const authorizationType = parsed('Bearer', {
  parse: (type) => type.trim() || 'Bearer',
  print: (type) => type,
});

const authorizationSection = section('config.Authorization', {
  type: authorizationType,
  credentials: secret(),
  credentials_file: filePath(),
  credentials_ref: text(),
});

const oauth2Section = section('config.plain', {
  client_id: text({ always: true }),
  client_secret: secret(),
  client_secret_file: filePath(),
  client_secret_ref: text(),
  client_certificate_key_id: text(),
  client_certificate_key: secret(),
  client_certificate_key_file: filePath(),
  client_certificate_key_ref: text(),
  grant_type: text(),
  signature_algorithm: text() as Field<SignatureAlgorithm | ''>,
  iss: text(),
  audience: text(),
  claims: freeMapping(),
  scopes: list(text({ always: true })),
  token_url: text({ always: true }),
  endpoint_params: record(text({ always: true })),
  tls_config: tlsField,
  ...proxyFields,
});
export type OAuth2Config = z.output<typeof oauth2Section>;

const headerSection = section('config.Header', {
  values: list(text({ always: true }), { goType: '[]string' }),
  secrets: list(secret(), { goType: '[]config.Secret' }),
  files: list(filePath(), { goType: '[]string' }),
});

/**
 * The fields that upstream puts "inline" into whatever talks HTTP: spread them into a section, and call
 * {@link httpClientFault} from its check.
 */
export const httpClientFields = {
  basic_auth: optional(basicAuthSection),
  authorization: optional(authorizationSection),
  oauth2: optional(oauth2Section),
  bearer_token: secret(),
  bearer_token_file: filePath(),
  tls_config: tlsField,
  follow_redirects: flag({ default: true, always: true }),
  enable_http2: flag({ default: true, always: true }),
  ...proxyFields,
  http_headers: optional(record(headerSection)),
};

/** How to talk to something over HTTP. */
export type HttpClientConfig = {
  readonly [K in keyof typeof httpClientFields]: z.output<(typeof httpClientFields)[K]>;
};

/** What a client is when nothing is configured. */
export const DEFAULT_HTTP_CLIENT_CONFIG: HttpClientConfig = {
  basic_auth: undefined,
  authorization: undefined,
  oauth2: undefined,
  bearer_token: undefined,
  bearer_token_file: '',
  tls_config: undefined,
  follow_redirects: true,
  enable_http2: true,
  proxy_url: '',
  no_proxy: '',
  proxy_from_environment: false,
  proxy_connect_header: new Map(),
  http_headers: undefined,
};

/** The grant of RFC 7523: a signed assertion in place of a secret. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const ONE_KIND = 'at most one of basic_auth, oauth2 & authorization must be configured';

/** What is wrong with how the fields go together, in upstream's words. */
export function httpClientFault(config: HttpClientConfig): string | undefined {
  return (
    bearerFault(config) ??
    basicFault(config) ??
    authorizationFault(config) ??
    oauth2Fault(config) ??
    proxyFault(config) ??
    headersFault(config)
  );
}

function bearerFault(config: HttpClientConfig): string | undefined {
  const tokens = countGiven(config.bearer_token, config.bearer_token_file);
  if (tokens > 1) return 'at most one of bearer_token & bearer_token_file must be configured';
  if (tokens > 0 && (config.basic_auth ?? config.oauth2) !== undefined) {
    return 'at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured';
  }
  return undefined;
}

function basicFault({ basic_auth: basic }: HttpClientConfig): string | undefined {
  if (basic === undefined) return undefined;
  if (countGiven(basic.username, basic.username_file, basic.username_ref) > 1) {
    return 'at most one of basic_auth username, username_file & username_ref must be configured';
  }
  if (countGiven(basic.password, basic.password_file, basic.password_ref) > 1) {
    return 'at most one of basic_auth password, password_file & password_ref must be configured';
  }
  return undefined;
}

function authorizationFault(config: HttpClientConfig): string | undefined {
  const { authorization } = config;
  if (authorization === undefined) return undefined;
  if (countGiven(config.bearer_token, config.bearer_token_file) > 0) {
    return 'authorization is not compatible with bearer_token & bearer_token_file';
  }
  if (
    countGiven(authorization.credentials, authorization.credentials_file, authorization.credentials_ref) > 1
  ) {
    return 'at most one of authorization credentials & credentials_file must be configured';
  }
  if (authorization.type.toLowerCase() === 'basic') {
    return 'authorization type cannot be set to "basic", use "basic_auth" instead';
  }
  return (config.basic_auth ?? config.oauth2) === undefined ? undefined : ONE_KIND;
}

function oauth2Fault(config: HttpClientConfig): string | undefined {
  const { oauth2 } = config;
  if (oauth2 === undefined) return undefined;
  if (config.basic_auth !== undefined) return ONE_KIND;
  if (oauth2.client_id === '') return 'oauth2 client_id must be configured';
  if (oauth2.token_url === '') return 'oauth2 token_url must be configured';
  return oauth2.grant_type === JWT_BEARER ? assertionFault(oauth2) : secretFault(oauth2);
}

function secretFault(oauth2: OAuth2Config): string | undefined {
  if (countGiven(oauth2.client_secret, oauth2.client_secret_file, oauth2.client_secret_ref) < 2)
    return undefined;
  return 'at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials';
}

function assertionFault(oauth2: OAuth2Config): string | undefined {
  const { client_certificate_key: key, client_certificate_key_file: file } = oauth2;
  if (countGiven(key, file, oauth2.client_certificate_key_ref) > 1) {
    return `at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=${JWT_BEARER}`;
  }
  const { signature_algorithm: algorithm } = oauth2;
  if (algorithm !== '' && !SIGNATURE_ALGORITHMS.includes(algorithm))
    return 'valid signature algorithms are RS256, RS384 and RS512';
  return undefined;
}

function proxyFault(config: ProxyConfig): string | undefined {
  const hasUrl = config.proxy_url !== '';
  if (config.proxy_connect_header.size > 0 && !hasUrl && !config.proxy_from_environment) {
    return 'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured';
  }
  if (config.proxy_from_environment && hasUrl) {
    return 'if proxy_from_environment is configured, proxy_url must not be configured';
  }
  if (config.proxy_from_environment && config.no_proxy !== '') {
    return 'if proxy_from_environment is configured, no_proxy must not be configured';
  }
  if (!hasUrl && config.no_proxy !== '')
    return 'if no_proxy is configured, proxy_url must also be configured';
  return undefined;
}

/** Headers that a client sets itself. */
export const RESERVED_HEADERS: readonly string[] = [
  'authorization',
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
  'x-prometheus-scrape-timeout-seconds',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
];

function headersFault({ http_headers: headers }: HttpClientConfig): string | undefined {
  const seen = new Set<string>();
  for (const name of headers?.keys() ?? []) {
    const canonical = name.toLowerCase();
    if (seen.has(canonical)) return `header ${quoteGo(canonicalHeader(name))} is set multiple times`;
    seen.add(canonical);
    if (RESERVED_HEADERS.includes(canonical))
      return `setting header ${quoteGo(canonicalHeader(name))} is not allowed`;
  }
  return undefined;
}

function countGiven(...fields: readonly unknown[]): number {
  return fields.filter((field) => field !== undefined && field !== '').length;
}
