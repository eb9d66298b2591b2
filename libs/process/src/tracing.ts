/** What a span may be told of. */
export type SpanAttribute = string | number | boolean;

export interface SpanOptions {
  /** Default: within the program. */
  readonly kind?: 'server' | 'client';
  readonly attributes?: Readonly<Record<string, SpanAttribute>>;
  /** Unix time in milliseconds; now unless given. */
  readonly startMs?: number;
}

/** A span of a trace while it runs (https://opentelemetry.io/docs/specs/otel/trace/api/). */
export interface TraceSpan {
  /** In hexadecimal digits. */
  readonly traceId: string;
  /** Whether anything of it is kept. */
  readonly isSampled: boolean;
  /** In hexadecimal digits. */
  readonly spanId: string;
  /** Headers that tell a callee of the span (https://www.w3.org/TR/trace-context/). */
  readonly headers: Readonly<Record<string, string>>;
  set(name: string, value: SpanAttribute): void;
  /** What it stands for has failed. */
  fail(message: string): void;
  /** A span for a part of it. */
  child(name: string, options?: SpanOptions): TraceSpan;
  /** At a Unix time in milliseconds; now unless given. */
  end(atMs?: number): void;
}

/** Records spans, while somebody wants them. */
export interface Tracing {
  /** Whether spans are recorded at all: to be asked before anything is done for them alone. */
  readonly isOn: boolean;
  /** The span that the caller runs within. */
  readonly current: TraceSpan | undefined;
  /** Runs within a span of its own, a part of the current one, and ends it afterwards; what is thrown is its failure. */
  within<T>(name: string, options: SpanOptions, run: (span: TraceSpan | undefined) => Promise<T>): Promise<T>;
}
