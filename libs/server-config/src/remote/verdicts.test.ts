import { expect, test } from '@jest/globals';
import { complaintOf } from '../testing/complaint-of.js';

/* What `promtool check config` says of these: nothing of the good ones. */
const CASES: readonly (readonly [string, string])[] = [
  ['remote_write:\n- {}\n', 'url for remote_write is empty'],
  ['remote_write:\n- null\n', 'empty or null remote write config section'],
  ['remote_write:\n- {url: "http://a"}\n', ''],
  ['remote_write:\n- {url: ":a"}\n', 'parse ":a": missing protocol scheme'],
  ['remote_write:\n- {url: ""}\n', ''],
  ['remote_write:\n- {url: a}\n', ''],
  [
    'remote_write:\n- {url: "http://a", name: a}\n- {url: "http://a", name: a}\n',
    'found multiple remote write configs with job name "a"',
  ],
  ['remote_write:\n- {url: "http://a"}\n- {url: "http://a"}\n', ''],
  [
    'remote_write:\n- {url: "http://a", headers: {Authorization: a}}\n',
    'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter',
  ],
  [
    'remote_write:\n- {url: "http://a", headers: {Host: a}}\n',
    'Host is a reserved header. It must not be changed',
  ],
  [
    'remote_write:\n- {url: "http://a", headers: {x-prometheus-remote-write-version: a}}\n',
    'x-prometheus-remote-write-version is a reserved header. It must not be changed',
  ],
  [
    'remote_write:\n- {url: "http://a", headers: {"X-Amz-Date": a}}\n',
    'X-Amz-Date is a reserved header. It must not be changed',
  ],
  ['remote_write:\n- {url: "http://a", headers: {a: b}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", protobuf_message: x}\n',
    'invalid protobuf_message value: unknown type for remote write protobuf message x, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request',
  ],
  ['remote_write:\n- {url: "http://a", protobuf_message: io.prometheus.write.v2.Request}\n', ''],
  [
    'remote_write:\n- {url: "http://a", protobuf_message: ""}\n',
    'invalid protobuf_message value: unknown type for remote write protobuf message , supported: prometheus.WriteRequest, io.prometheus.write.v2.Request',
  ],
  [
    'remote_write:\n- {url: "http://a", write_relabel_configs: [null]}\n',
    'empty or null relabeling rule in remote write config',
  ],
  [
    'remote_write:\n- {url: "http://a", write_relabel_configs: [{action: x}]}\n',
    'unknown relabel action "x"',
  ],
  [
    'remote_write:\n- {url: "http://a", write_relabel_configs: [{action: hashmod}]}\n',
    'relabel configuration for hashmod requires non-zero modulus',
  ],
  [
    'remote_write:\n- {url: "http://a", foo: 1}\n',
    'yaml: unmarshal errors:\n  line 2: field foo not found in type config.plain',
  ],
  [
    'remote_write:\n- {url: "http://a", queue_config: {foo: 1}}\n',
    'yaml: unmarshal errors:\n  line 2: field foo not found in type config.QueueConfig',
  ],
  [
    'remote_write:\n- {url: "http://a", queue_config: {capacity: x}}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into int',
  ],
  ['remote_write:\n- {url: "http://a", queue_config: {max_shards: -1}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", queue_config: {min_backoff: 5}}\n',
    'not a valid duration string: "5"',
  ],
  ['remote_write:\n- {url: "http://a", queue_config: {sample_age_limit: 1h}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", metadata_config: {send: 1}}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!int `1` into bool',
  ],
  [
    'remote_write:\n- {url: "http://a", metadata_config: {send_interval: x}}\n',
    'not a valid duration string: "x"',
  ],
  [
    'remote_write:\n- {url: "http://a", metadata_config: {max_samples_per_send: x}}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into int',
  ],
  ['remote_write:\n- {url: "http://a", sigv4: {}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", sigv4: {access_key: a}}\n',
    'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
  ],
  [
    'remote_write:\n- {url: "http://a", sigv4: {secret_key: a}}\n',
    'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
  ],
  ['remote_write:\n- {url: "http://a", sigv4: {access_key: a, secret_key: b}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", sigv4: {foo: b}}\n',
    'yaml: unmarshal errors:\n  line 2: field foo not found in type sigv4.plain',
  ],
  [
    'remote_write:\n- {url: "http://a", sigv4: {region: b}, basic_auth: {username: a}}\n',
    'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [basic_auth sigv4]',
  ],
  [
    'remote_write:\n- {url: "http://a", sigv4: {region: b}, authorization: {credentials: a}}\n',
    'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [authorization sigv4]',
  ],
  [
    'remote_write:\n- {url: "http://a", oauth2: {client_id: a, token_url: b, client_secret: c}, basic_auth: {username: a}}\n',
    'at most one of basic_auth, oauth2 & authorization must be configured',
  ],
  ['remote_write:\n- {url: "http://a", google_iam: {}}\n', ''],
  ['remote_write:\n- {url: "http://a", google_iam: {credentials_file: a}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", google_iam: {credentials_file: a}, sigv4: {}}\n',
    'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [sigv4 google_iam]',
  ],
  [
    'remote_write:\n- {url: "http://a", bearer_token: a, bearer_token_file: b}\n',
    'at most one of bearer_token & bearer_token_file must be configured',
  ],
  [
    'remote_write:\n- {url: "http://a", bearer_token: a, sigv4: {}}\n',
    'at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [authorization sigv4]',
  ],
  ['remote_write:\n- {url: "http://a", remote_timeout: 0s}\n', ''],
  [
    'remote_write:\n- {url: "http://a", send_exemplars: x}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into bool',
  ],
  [
    'remote_write:\n- {url: "http://a", enable_http2: x}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into bool',
  ],
  ['remote_write:\n- {url: "http://a", headers: {a: 1}}\n', ''],
  [
    'remote_write:\n- {url: "http://a", headers: [a]}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!seq into map[string]string',
  ],
  ['remote_write:\n- {url: "http://a", queue_config: null, metadata_config: null}\n', ''],
  ['remote_write:\n- {url: "http://a", http_headers: {a: {values: [b]}}}\n', ''],
  [
    'remote_write: {a: b}\n',
    'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []*config.RemoteWriteConfig',
  ],
  [
    'remote_write: 5\n',
    'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!int `5` into []*config.RemoteWriteConfig',
  ],
  [
    'remote_write:\n  - 5\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!int `5` into config.plain',
  ],
  ['remote_read:\n- {}\n', 'url for remote_read is empty'],
  ['remote_read:\n- null\n', 'empty or null remote read config section'],
  ['remote_read:\n- {url: "http://a"}\n', ''],
  [
    'remote_read:\n- {url: "http://a", name: a}\n- {url: "http://a", name: a}\n',
    'found multiple remote read configs with job name "a"',
  ],
  [
    'remote_read:\n- {url: "http://a", headers: {Authorization: a}}\n',
    'authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter',
  ],
  [
    'remote_read:\n- {url: "http://a", headers: {Host: a}}\n',
    'Host is a reserved header. It must not be changed',
  ],
  [
    'remote_read:\n- {url: "http://a", headers: {x-prometheus-remote-write-version: a}}\n',
    'x-prometheus-remote-write-version is a reserved header. It must not be changed',
  ],
  ['remote_read:\n- {url: "http://a", required_matchers: {a: b}}\n', ''],
  ['remote_read:\n- {url: "http://a", required_matchers: {"": b}}\n', '"" is not a valid label name'],
  ['remote_read:\n- {url: "http://a", required_matchers: {"a-b": b}}\n', ''],
  [
    'remote_read:\n- {url: "http://a", chunked_read_limit: -1}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!int `-1` into uint64',
  ],
  [
    'remote_read:\n- {url: "http://a", chunked_read_limit: x}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into uint64',
  ],
  [
    'remote_read:\n- {url: "http://a", bearer_token: a, bearer_token_file: b}\n',
    'at most one of bearer_token & bearer_token_file must be configured',
  ],
  [
    'remote_read:\n- {url: "http://a", foo: 1}\n',
    'yaml: unmarshal errors:\n  line 2: field foo not found in type config.plain',
  ],
  ['remote_read:\n- {url: ":a"}\n', 'parse ":a": missing protocol scheme'],
  [
    'remote_read:\n- {url: "http://a", filter_external_labels: x}\n',
    'yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `x` into bool',
  ],
  [
    'remote_read: {a: b}\n',
    'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []*config.RemoteReadConfig',
  ],
  ['alerting:\n  alertmanagers:\n  - {}\n', ''],
  ['alerting:\n  alertmanagers:\n  - {sigv4: {}}\n', ''],
  [
    'alerting:\n  alertmanagers:\n  - {sigv4: {access_key: a}}\n',
    'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {sigv4: {foo: a}}\n',
    'yaml: unmarshal errors:\n  line 3: field foo not found in type sigv4.plain',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {sigv4: {region: a}, basic_auth: {username: a}}\n',
    'at most one of basic_auth, authorization, oauth2, & sigv4 must be configured',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {sigv4: {region: a}, authorization: {credentials: a}}\n',
    'at most one of basic_auth, authorization, oauth2, & sigv4 must be configured',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {api_version: v1}\n',
    'expected Alertmanager api version to be one of [v2] but got v1',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {api_version: v3}\n',
    'expected Alertmanager api version to be one of [v2] but got v3',
  ],
  ['alerting:\n  alertmanagers:\n  - {scheme: ftp}\n', ''],
  ['alerting:\n  alertmanagers:\n  - {timeout: x}\n', 'not a valid duration string: "x"'],
  ['alerting:\n  alertmanagers:\n  - {timeout: 0s}\n', ''],
  ['alerting:\n  alertmanagers:\n  - {path_prefix: x}\n', ''],
  [
    'alerting:\n  alertmanagers:\n  - {relabel_configs: [null]}\n',
    'empty or null Alertmanager target relabeling rule',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {alert_relabel_configs: [null]}\n',
    'empty or null Alertmanager alert relabeling rule',
  ],
  ['alerting:\n  alertmanagers:\n  - {alert_relabel_configs: [{action: x}]}\n', 'unknown relabel action "x"'],
  [
    'alerting:\n  alertmanagers:\n  - {static_configs: [{targets: ["http://a"]}]}\n',
    '"http://a" is not a valid hostname',
  ],
  ['alerting:\n  alertmanagers:\n  - {static_configs: [null]}\n', 'empty or null section in static_configs'],
  ['alerting:\n  alertmanagers:\n  - {dns_sd_configs: [{names: [a]}]}\n', ''],
  [
    'alerting:\n  alertmanagers:\n  - {dns_sd_configs: [{}]}\n',
    'DNS-SD config must contain at least one SRV record name',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {foo: 1}\n',
    'yaml: unmarshal errors:\n  line 3: field foo not found in type config.AlertmanagerConfig',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {bearer_token: a, bearer_token_file: b}\n',
    'at most one of bearer_token & bearer_token_file must be configured',
  ],
  [
    'alerting:\n  alertmanagers:\n  - {job_name: a}\n',
    'yaml: unmarshal errors:\n  line 3: field job_name not found in type config.AlertmanagerConfig',
  ],
  ['alerting: {foo: 1}\n', 'yaml: unmarshal errors:\n  line 1: field foo not found in type config.plain'],
  ['alerting: {alert_relabel_configs: [null]}\n', 'empty or null alert relabeling rule'],
  [
    'alerting: {alert_relabel_configs: [{action: hashmod, target_label: a}]}\n',
    'relabel configuration for hashmod requires non-zero modulus',
  ],
  ['alerting: 5\n', 'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!int `5` into config.plain'],
  ['alerting: null\n', ''],
  ['tracing: {}\n', 'tracing endpoint must be set'],
  ['tracing: null\n', ''],
  ['tracing: {endpoint: a}\n', ''],
  [
    'tracing: {endpoint: a, client_type: x}\n',
    'expected tracing client type to be to be http or grpc, but got x',
  ],
  ['tracing: {endpoint: a, client_type: http}\n', ''],
  ['tracing: {client_type: http}\n', 'tracing endpoint must be set'],
  ['tracing: {endpoint: a, compression: gzip}\n', ''],
  ['tracing: {endpoint: a, compression: x}\n', 'invalid compression type x provided, valid options: gzip'],
  [
    'tracing: {endpoint: a, headers: {Authorization: a}}\n',
    'custom authorization header configuration is not yet supported',
  ],
  ['tracing: {endpoint: a, headers: {Host: a}}\n', 'Host is a reserved header. It must not be changed'],
  ['tracing: {endpoint: a, headers: {a: b}}\n', ''],
  ['tracing: {endpoint: a, timeout: x}\n', 'not a valid duration string: "x"'],
  [
    'tracing: {endpoint: a, sampling_fraction: x}\n',
    'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `x` into float64',
  ],
  ['tracing: {endpoint: a, sampling_fraction: 2}\n', ''],
  [
    'tracing: {endpoint: a, insecure: 1}\n',
    'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!int `1` into bool',
  ],
  [
    'tracing: {endpoint: a, tls_config: {cert: a}}\n',
    'exactly one of key or key_file must be configured when a client certificate is configured',
  ],
  [
    'tracing: {endpoint: a, tls_config: {foo: a}}\n',
    'yaml: unmarshal errors:\n  line 1: field foo not found in type config.plain',
  ],
  [
    'tracing: {endpoint: a, foo: 1}\n',
    'yaml: unmarshal errors:\n  line 1: field foo not found in type config.plain',
  ],
  ['tracing: {endpoint: [a]}\n', 'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string'],
  [
    'tracing: {endpoint: a, headers: {authorization: a}, compression: x}\n',
    'custom authorization header configuration is not yet supported',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {}}\n',
    'must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth or Azure SDK in the Azure AD config',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {cloud: x, sdk: {}}}\n',
    'must provide a cloud in the Azure AD config',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {sdk: {}, oauth: {}}}\n',
    'cannot provide multiple authentication methods in the Azure AD config',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {managed_identity: {client_id: x}}}\n',
    'the provided Azure Managed Identity client_id is invalid',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {workload_identity: {client_id: x}}}\n',
    'must provide an Azure Workload Identity tenant_id in the Azure AD config',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {oauth: {client_id: x, tenant_id: y}}}\n',
    'must provide an Azure OAuth client_secret in the Azure AD config',
  ],
  [
    'remote_write:\n- {url: "http://a", azuread: {sdk: {tenant_id: a}, scope: "<"}}\n',
    'the provided scope contains invalid characters',
  ],
  ['remote_write:\n- {url: "http://a", azuread: {sdk: {tenant_id: a}}}\n', ''],
];

test.each(CASES)('%j', async (yaml, complaint) => {
  expect(await complaintOf(yaml)).toBe(complaint);
});
