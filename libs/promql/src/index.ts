export { PromqlError, PromqlParseError, PROMQL_ERROR_CODES, type PromqlErrorCode } from './errors.js';
export { Engine } from './engine/engine.js';
export {
  ENGINE_DEFAULTS,
  type EngineFeatures,
  type EngineOptions,
  type InstantRequest,
  type QueryControl,
  type QueryOptions,
  type RangeRequest,
} from './engine/options.js';
export {
  type MatrixSeries,
  type QueryResult,
  type QueryStats,
  type QueryValue,
  type VectorSample,
} from './engine/result.js';
export {
  type Aggregation,
  type AggregationOperator,
  type Binary,
  type BinaryOperator,
  type Call,
  childrenOf,
  type DurationExpression,
  type Expression,
  type MatrixSelector,
  type NumberLiteral,
  type Parentheses,
  type StringLiteral,
  type Subquery,
  typeOf,
  type Unary,
  type VectorMatching,
  type VectorSelector,
} from './syntax/ast.js';
export { labelsHash } from './functions/labels-hash.js';
export { helpWithSeries, type HelpOptions } from './parallel/help-with-series.js';
export { BOARD_SEATS, SeriesBoard } from './parallel/series-board.js';
export { type SeriesOffer } from './parallel/series-work.js';
export { type FunctionSignature, FUNCTIONS } from './syntax/functions.js';
export {
  MAX_QUERY_DEPTH,
  MAX_QUERY_LENGTH,
  MAX_QUERY_NESTING,
  parseExpression,
  parseMetricSelector,
} from './syntax/parser.js';
export { type ParserOptions } from './syntax/parser-options.js';
export { type PositionRange } from './syntax/position.js';
export { prettyExpression } from './syntax/pretty.js';
export { printExpression } from './syntax/print.js';
export { type ValueType } from './syntax/value-type.js';
