// What sends spans to a collector; few configurations ask for it.
export { OtlpSpans } from './run/tracing/otlp-spans.js';
