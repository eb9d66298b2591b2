import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parseServerConfig } from '../load-config.js';
import { remoteReadEntries, remoteWriteEntries } from './printed-entries.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

async function names(yaml: string): Promise<readonly string[]> {
  const options = { environment: {}, acceptUnsupported: true };
  const { config } = await parseServerConfig(yaml, 'prometheus.yml', options);
  return [...remoteWriteEntries(config), ...remoteReadEntries(config)].map(({ yaml: text }) =>
    md5(text).slice(0, 6),
  );
}

// As `remote_name` of 3.5.3's metrics has them.
describe('names of elements without a name', () => {
  test.each([
    [
      "remote_write: [{url: 'http://127.0.0.1:39202/w2', protobuf_message: io.prometheus.write.v2.Request}]",
      ['4892cf'],
    ],
    ["remote_read: [{url: 'http://127.0.0.1:39202/r'}]", ['86ee25']],
    [
      `remote_write:
- url: http://127.0.0.1:39202/a
- url: http://127.0.0.1:39202/c?x=y
  send_exemplars: true
  tls_config: {insecure_skip_verify: true}
  authorization: {credentials: abc}
  queue_config: {retry_on_http_429: true, sample_age_limit: 90m}
  metadata_config: {send: true}
- url: https://127.0.0.1:39202/d
  round_robin_dns: true
  enable_http2: true
  follow_redirects: false
  oauth2: {client_id: a, client_secret: b, token_url: 'http://t', scopes: [x]}
  write_relabel_configs:
  - {source_labels: [a], target_label: q, replacement: '$1'}
remote_read:
- url: http://127.0.0.1:39202/r
  required_matchers: {a: b, c: d}
  read_recent: true
  filter_external_labels: false
  remote_timeout: 1s
- url: http://127.0.0.1:39202/r2
  headers: {X-q: y}
  chunked_read_limit: 10
`,
      ['d6bea2', '55ded7', '39c363', '654fb8', '8798ad'],
    ],
  ])('%s', async (yaml, expected) => {
    expect(await names(yaml)).toEqual(expected);
  });
});
