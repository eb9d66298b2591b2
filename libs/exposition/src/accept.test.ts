import { describe, expect, test } from '@jest/globals';
import { acceptedFormat, textContentType } from './accept.js';
import { acceptHeader, DEFAULT_SCRAPE_PROTOCOLS } from './negotiation';

// What Prometheus 3.5.3 answers on its own /metrics.
test.each<[string | undefined, string]>([
  [undefined, 'underscores'],
  ['', 'underscores'],
  ['text/plain', 'underscores'],
  ['text/html', 'underscores'],
  ['text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4', 'allow-utf-8'],
  ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6', 'allow-utf-8'],
  ['application/openmetrics-text;version=0.0.1', 'underscores'],
  ['text/plain;version=0.0.4;escaping=dots', 'dots'],
  ['text/plain; escaping="values"', 'values'],
  ['text/plain;escaping=nonsense', 'underscores'],
  ['text/plain;escaping=dots;q=0.1, text/plain;escaping=values;q=0.9', 'values'],
  [acceptHeader(DEFAULT_SCRAPE_PROTOCOLS, 'allow-utf-8'), 'allow-utf-8'],
])('%s', (accept, escaping) => {
  expect(textContentType(accept)).toBe(`text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`);
});

const DELIMITED =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

describe('acceptedFormat', () => {
  // As Prometheus 3.5 chooses.
  test.each([
    ['', 'text', 'underscores'],
    ['*/*', 'text', 'underscores'],
    ['application/openmetrics-text;version=1.0.0', 'text', 'underscores'],
    ['text/plain;version=1.0.0;escaping=allow-utf-8', 'text', 'allow-utf-8'],
    ['text/plain;version=0.0.4;escaping=dots', 'text', 'dots'],
    ['text/plain;escaping=values', 'text', 'values'],
    ['text/plain;escaping=x', 'text', 'underscores'],
    ['text/plain;version=9;escaping=dots,text/plain', 'text', 'dots'],
    ['text/plain;escaping=allow-utf-8;q=0.1,text/plain;escaping=dots;q=0', 'text', 'allow-utf-8'],
    [DELIMITED, 'protobuf', 'underscores'],
    [`${DELIMITED};escaping=allow-utf-8`, 'protobuf', 'allow-utf-8'],
    [`${DELIMITED};q=0.5,text/plain;q=0.9`, 'text', 'underscores'],
    [`text/plain;q=0.5,${DELIMITED};q=0.9`, 'protobuf', 'underscores'],
    [DELIMITED.replace('delimited', 'other'), 'text', 'underscores'],
  ])('%s: %s, %s', (accept, format, escaping) => {
    const chosen = acceptedFormat(accept);
    expect([chosen.format, chosen.escaping]).toEqual([format, escaping]);
    expect(chosen.contentType).toMatch(new RegExp(`; escaping=${escaping}$`));
  });
});
