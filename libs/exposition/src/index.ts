export { ExpositionError } from './errors.js';
export { type FamilyExemplar, type FamilySample, type MetricFamily } from './family.js';
export { FloatReader } from './float-bytes.js';
export {
  acceptHeader,
  chooseFormat,
  createParser,
  DEFAULT_SCRAPE_PROTOCOLS,
  ESCAPING_SCHEMES,
  type EscapingScheme,
  type ExpositionFormat,
  type FormatChoice,
  SCRAPE_PROTOCOLS,
  type ScrapeProtocol,
} from './negotiation.js';
export { openMetricsFloat } from './number-text.js';
export { OpenMetricsParser } from './openmetrics-parser.js';
export { ENTRY, type Entry, type ExpositionParser } from './parser.js';
export { type ParsedExemplar } from './series-labels.js';
export { TextParser } from './text-parser.js';
export { CONTENT_TYPES, OPENMETRICS_END, writeOpenMetricsFamily, writeTextFamily } from './writer.js';
