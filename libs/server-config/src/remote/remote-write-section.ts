import {
  check,
  duration,
  flag,
  integer,
  list,
  optional,
  parsed,
  record,
  relabelRule,
  section,
  text,
  url,
} from '@narthex/config';
import { httpClientFault, httpClientFields } from '@narthex/httpclient';
import { azureadSection, googleIamSection, sigv4Section } from './cloud-authorization.js';
import { headersFault } from './request-headers.js';

const MESSAGES = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'];

const protobufMessage = parsed('prometheus.WriteRequest', {
  goType: 'remote.WriteMessageType',
  parse: (message) => message,
  print: (message) => message,
});

const queueSection = section('config.QueueConfig', {
  capacity: integer({ default: 10_000 }),
  max_shards: integer({ default: 50 }),
  min_shards: integer({ default: 1 }),
  max_samples_per_send: integer({ default: 2000 }),
  batch_send_deadline: duration({ default: 5000 }),
  min_backoff: duration({ default: 30 }),
  max_backoff: duration({ default: 5000 }),
  retry_on_http_429: flag(),
  sample_age_limit: duration(),
});

const metadataSection = section('config.MetadataConfig', {
  send: flag({ default: true, always: true }),
  send_interval: duration({ default: 60_000, always: true }),
  max_samples_per_send: integer({ default: 2000 }),
});

/** One element of `remote_write`. */
export const remoteWriteSection = check(
  section('config.plain', {
    url: optional(url({ always: true })),
    remote_timeout: duration({ default: 30_000 }),
    headers: record(text({ always: true })),
    write_relabel_configs: list(relabelRule(), {
      goType: '[]*relabel.Config',
      emptyElement: 'empty or null relabeling rule in remote write config',
    }),
    name: text(),
    send_exemplars: flag(),
    send_native_histograms: flag(),
    round_robin_dns: flag(),
    failed_request_logging: flag(),
    protobuf_message: protobufMessage,
    ...httpClientFields,
    enable_http2: flag({ always: true }),
    queue_config: queueSection,
    metadata_config: metadataSection,
    sigv4: optional(sigv4Section),
    azuread: optional(azureadSection),
    google_iam: optional(googleIamSection),
  }),
  (config) => {
    if (config.url === undefined) return 'url for remote_write is empty';
    const fault = headersFault(config.headers);
    if (fault !== undefined) return fault;
    if (!MESSAGES.includes(config.protobuf_message)) {
      const unknown = `unknown type for remote write protobuf message ${config.protobuf_message}`;
      return `invalid protobuf_message value: ${unknown}, supported: ${MESSAGES.join(', ')}`;
    }
    return httpClientFault(config) ?? authorizationFault(config);
  },
);

const AUTHORIZATIONS = ['basic_auth', 'authorization', 'oauth2', 'sigv4', 'azuread', 'google_iam'] as const;

function authorizationFault(
  config: Readonly<Record<(typeof AUTHORIZATIONS)[number] | 'bearer_token' | 'bearer_token_file', unknown>>,
): string | undefined {
  // What is left of bearer tokens: a credential of `authorization`.
  const hasBearer = config.bearer_token !== undefined || config.bearer_token_file !== '';
  const given = AUTHORIZATIONS.filter(
    (name) => config[name] !== undefined || (name === 'authorization' && hasBearer),
  );
  if (given.length < 2) return undefined;
  const rule =
    'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured';
  return `${rule}. Currently configured: [${given.join(' ')}]`;
}

export const remoteWrites = list(remoteWriteSection, {
  goType: '[]*config.RemoteWriteConfig',
  emptyElement: 'empty or null remote write config section',
});
