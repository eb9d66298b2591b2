export { acceptedFormat, textContentType } from './accept.js';
export { ExpositionError } from './errors.js';
export { escapeName } from './escaping.js';
export { type FamilyExemplar, type FamilyHistogram, type FamilySample, type MetricFamily } from './family.js';
export { FloatReader } from './float-bytes.js';
export {
  acceptHeader,
  chooseFormat,
  createParser,
  DEFAULT_SCRAPE_PROTOCOLS,
  PROTO_FIRST_SCRAPE_PROTOCOLS,
  ESCAPING_SCHEMES,
  type EscapingScheme,
  type ExpositionFormat,
  type FormatChoice,
  SCRAPE_PROTOCOLS,
  type ScrapeProtocol,
} from './negotiation.js';
export { openMetricsFloat } from './number-text.js';
export { OpenMetricsParser } from './openmetrics-parser.js';
export { type ParsedHistogram } from './parsed-histogram.js';
export {
  ENTRY,
  type Entry,
  type ExpositionParser,
  type LineExpositionParser,
  type MessageExpositionParser,
  type ParserOptions,
} from './parser.js';
export { ProtobufParser } from './protobuf/protobuf-parser.js';
export { writeProtobufFamily } from './protobuf/protobuf-writer.js';
export { type ParsedExemplar } from './series-labels.js';
export { TextParser } from './text-parser.js';
export { CONTENT_TYPES, OPENMETRICS_END, writeOpenMetricsFamily, writeTextFamily } from './writer.js';
