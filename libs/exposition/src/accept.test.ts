import { expect, test } from '@jest/globals';
import { textContentType } from './accept';
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
