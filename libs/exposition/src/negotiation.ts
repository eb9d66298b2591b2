import { quoteGo } from '@narthex/model';
import { ConvertingParser } from './converting-parser.js';
import { ExpositionError } from './errors.js';
import { parseMediaType } from './media-type.js';
import { OpenMetricsParser } from './openmetrics-parser.js';
import { type ExpositionParser, type LineExpositionParser, type ParserOptions } from './parser.js';
import { ProtobufParser } from './protobuf/protobuf-parser.js';
import { TextParser } from './text-parser.js';

/** The names that `scrape_protocols` uses, with what the Accept header calls them. */
const PROTOCOL_HEADERS = {
  PrometheusProto:
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
} as const;
export type ScrapeProtocol = keyof typeof PROTOCOL_HEADERS;
export const SCRAPE_PROTOCOLS = Object.keys(PROTOCOL_HEADERS) as readonly ScrapeProtocol[];

/** What upstream asks for when nothing is configured. */
export const DEFAULT_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** The same where native histograms or start times are wanted, which only protobuf has. */
export const PROTO_FIRST_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'PrometheusProto',
  ...DEFAULT_SCRAPE_PROTOCOLS,
];

/** How names are to be written that older parsers do not know. */
export const ESCAPING_SCHEMES = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;
export type EscapingScheme = (typeof ESCAPING_SCHEMES)[number];

/** The Accept header of a scrape: the protocols in order of preference, then anything. */
export function acceptHeader(protocols: readonly ScrapeProtocol[], escaping: EscapingScheme): string {
  const highest = SCRAPE_PROTOCOLS.length + 1;
  const entries = protocols.map((protocol, i) => {
    const escapes = protocol.endsWith('Text1.0.0') ? `;escaping=${escaping}` : '';
    return `${PROTOCOL_HEADERS[protocol]}${escapes};q=0.${highest - i}`;
  });
  return [...entries, `*/*;q=0.${highest - protocols.length}`].join(',');
}

/** The formats that can be parsed. */
export type ExpositionFormat = 'text' | 'openmetrics' | 'protobuf';

const FORMATS: Readonly<Record<string, ExpositionFormat>> = {
  'text/plain': 'text',
  'application/openmetrics-text': 'openmetrics',
  'application/vnd.google.protobuf': 'protobuf',
};

/**
 * What to do with an answer of some Content-Type: a format, a complaint, or both when the fallback took over. Without
 * a format the scrape fails with the complaint.
 */
export interface FormatChoice {
  readonly format: ExpositionFormat | undefined;
  readonly complaint: string | undefined;
}

/** Chooses the format by the Content-Type header, empty when there was none. */
export function chooseFormat(contentType: string, fallback: ScrapeProtocol | undefined): FormatChoice {
  const mediaType = fallback === undefined ? '' : PROTOCOL_HEADERS[fallback].replace(/;.*/, '');
  const failed = (complaint: string): FormatChoice => ({ format: FORMATS[mediaType], complaint });
  if (contentType === '') {
    if (fallback !== undefined)
      return failed(
        `non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol ${quoteGo(mediaType)}`,
      );
    return failed(
      'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target',
    );
  }
  const quoted = quoteGo(contentType);
  try {
    const format = FORMATS[parseMediaType(contentType)];
    if (format !== undefined) return { format, complaint: undefined };
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    if (fallback !== undefined)
      return failed(
        `could not parse received Content-Type ${quoted}, using fallback_scrape_protocol ${quoteGo(mediaType)}\n${error.message}`,
      );
    return failed(
      `cannot parse Content-Type ${quoted} and no fallback_scrape_protocol for target\n${error.message}`,
    );
  }
  if (fallback !== undefined)
    return failed(
      `received unsupported Content-Type ${quoted}, using fallback_scrape_protocol ${quoteGo(mediaType)}`,
    );
  return failed(
    `received unsupported Content-Type ${quoted} and no fallback_scrape_protocol specified for target`,
  );
}

/** A new parser for a format. */
export function createParser(format: 'text' | 'openmetrics'): LineExpositionParser;
export function createParser(format: ExpositionFormat, options?: ParserOptions): ExpositionParser;
export function createParser(format: ExpositionFormat, options: ParserOptions = {}): ExpositionParser {
  if (format === 'protobuf') return new ProtobufParser(options);
  const parser = format === 'openmetrics' ? new OpenMetricsParser(options) : new TextParser();
  return options.convertClassicHistograms === true ? new ConvertingParser(parser, options) : parser;
}
