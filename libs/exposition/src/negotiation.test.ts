import { describe, expect, test } from '@jest/globals';
import { acceptHeader, chooseFormat, DEFAULT_SCRAPE_PROTOCOLS, type ScrapeProtocol } from './negotiation';

test('the Accept header', () => {
  expect(acceptHeader(DEFAULT_SCRAPE_PROTOCOLS, 'allow-utf-8')).toBe(
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  );
  expect(acceptHeader(['PrometheusText0.0.4'], 'underscores')).toBe(
    'text/plain;version=0.0.4;q=0.6,*/*;q=0.5',
  );
});

describe('the format of an answer', () => {
  const none = 'and no fallback_scrape_protocol';
  test.each<[string, ScrapeProtocol | undefined, string | undefined, string | undefined]>([
    ['text/plain', undefined, 'text', undefined],
    ['text/plain; version=0.0.4; charset=utf-8', undefined, 'text', undefined],
    ['TEXT/PLAIN', undefined, 'text', undefined],
    ['text/plain;', undefined, 'text', undefined],
    ['text/plain; a="x\\"y;z"', undefined, 'text', undefined],
    ['application/openmetrics-text; version=1.0.0', undefined, 'openmetrics', undefined],
    [
      '',
      undefined,
      undefined,
      `non-compliant scrape target sending blank Content-Type ${none} specified for target`,
    ],
    [
      '',
      'PrometheusText0.0.4',
      'text',
      'non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol "text/plain"',
    ],
    [
      'text/html',
      undefined,
      undefined,
      `received unsupported Content-Type "text/html" ${none} specified for target`,
    ],
    [
      'text/html',
      'OpenMetricsText1.0.0',
      'openmetrics',
      'received unsupported Content-Type "text/html", using fallback_scrape_protocol "application/openmetrics-text"',
    ],
    [
      'foo/bar; baz',
      undefined,
      undefined,
      `cannot parse Content-Type "foo/bar; baz" ${none} for target\nmime: invalid media parameter`,
    ],
    [';', undefined, undefined, `cannot parse Content-Type ";" ${none} for target\nmime: no media type`],
    [
      'text / plain',
      undefined,
      undefined,
      `cannot parse Content-Type "text / plain" ${none} for target\nmime: expected slash after first token`,
    ],
    [
      'text/',
      undefined,
      undefined,
      `cannot parse Content-Type "text/" ${none} for target\nmime: expected token after slash`,
    ],
    [
      'text/plain; a=1; a=2',
      'PrometheusText0.0.4',
      'text',
      'could not parse received Content-Type "text/plain; a=1; a=2", using fallback_scrape_protocol "text/plain"\nmime: duplicate parameter name',
    ],
  ])('%j with fallback %s', (header, fallback, format, complaint) => {
    expect(chooseFormat(header, fallback)).toEqual({ format, complaint });
  });
});
