import { checkServerIdentity, createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
import { credentials, Metadata } from '@grpc/grpc-js';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TlsOptions } from '@narthex/httpclient';
import type { SpanAttribute, SpanOptions, TraceSpan } from '@narthex/process';
import type { TracingConfig } from './tracing-config.js';

export interface OtlpSpansOptions {
  readonly config: TracingConfig;
  /** Undefined where the collector is spoken to in the clear. */
  readonly tls: TlsOptions | undefined;
  /** The version of the service that the spans are of. */
  readonly version: string;
  /** Told of what could not be exported. */
  readonly onError: (message: string) => void;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;
const propagator = new W3CTraceContextPropagator();

/**
 * Spans that are sent to a collector by OTLP, in batches (https://opentelemetry.io/docs/specs/otlp/). The packages that
 * do it come with this file, which is loaded only where the configuration asks for tracing.
 */
export class OtlpSpans {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  constructor({ config, tls, version, onError }: OtlpSpansOptions) {
    const exporter = config.client_type === 'grpc' ? grpcExporter(config, tls) : httpExporter(config, tls);
    setGlobalErrorHandler((error) => onError(error instanceof Error ? error.message : inspect(error)));
    const ratio = new TraceIdRatioBasedSampler(config.sampling_fraction);
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({
          'service.name': 'prometheus',
          'service.version': version,
          'process.runtime.description': `Node.js ${process.version} ${process.platform}/${process.arch}`,
        }),
      ),
      sampler: new ParentBasedSampler({ root: ratio }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    this.#tracer = this.#provider.getTracer('narthex', version);
  }

  /** A span of no other, or of one that a caller has told of in its headers. */
  start(
    name: string,
    options: SpanOptions,
    callerHeaders: Readonly<Record<string, string | string[] | undefined>> = {},
  ): TraceSpan {
    const caller = propagator.extract(ROOT_CONTEXT, callerHeaders, defaultTextMapGetter);
    return OtlpSpan.start(this.#tracer, name, options, caller);
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }
}

class OtlpSpan implements TraceSpan {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #context: Context;

  private constructor(tracer: Tracer, span: Span, context: Context) {
    this.#tracer = tracer;
    this.#span = span;
    this.#context = context;
  }

  static start(tracer: Tracer, name: string, options: SpanOptions, parent: Context): OtlpSpan {
    const { kind, attributes = {}, startMs = unixMs() } = options;
    const span = tracer.startSpan(
      name,
      { attributes, startTime: startMs, kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind] },
      parent,
    );
    return new OtlpSpan(tracer, span, trace.setSpan(parent, span));
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get isSampled(): boolean {
    return (this.#span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  get spanId(): string {
    return this.#span.spanContext().spanId;
  }

  get headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    propagator.inject(this.#context, headers, defaultTextMapSetter);
    return headers;
  }

  set(name: string, value: SpanAttribute): void {
    if (this.#span.isRecording()) this.#span.setAttribute(name, value);
  }

  fail(message: string): void {
    if (this.#span.isRecording()) this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  child(name: string, options: SpanOptions = {}): TraceSpan {
    return OtlpSpan.start(this.#tracer, name, options, this.#context);
  }

  end(atMs = unixMs()): void {
    if (this.#span.isRecording()) this.#span.end(atMs);
  }
}

/** Unix time with fractions of a millisecond. */
function unixMs(): number {
  return performance.timeOrigin + performance.now();
}

function grpcExporter(config: TracingConfig, tls: TlsOptions | undefined): SpanExporter {
  const metadata = new Metadata();
  for (const [name, value] of headersOf(config)) metadata.set(name, value);
  return new GrpcExporter({
    url: `${tls === undefined ? 'http' : 'https'}://${config.endpoint}`,
    credentials: tls === undefined ? credentials.createInsecure() : secured(tls),
    metadata,
    ...limitsOf(config),
  });
}

function secured(tls: TlsOptions): ReturnType<typeof credentials.createInsecure> {
  const { servername, rejectUnauthorized = true, ...rest } = tls;
  return credentials.createFromSecureContext(createSecureContext(rest), {
    rejectUnauthorized,
    ...(servername !== undefined && {
      checkServerIdentity: (_host: string, certificate) => checkServerIdentity(servername, certificate),
    }),
  });
}

function httpExporter(config: TracingConfig, tls: TlsOptions | undefined): SpanExporter {
  return new HttpExporter({
    url: `${tls === undefined ? 'http' : 'https'}://${config.endpoint}/v1/traces`,
    headers: Object.fromEntries(headersOf(config)),
    ...(tls !== undefined && { httpAgentOptions: { keepAlive: true, ...tls } }),
    ...limitsOf(config),
  });
}

function headersOf({ headers }: TracingConfig): readonly (readonly [string, string])[] {
  return [...headers].map(([name, value]) => [name, value?.reveal() ?? ''] as const);
}

function limitsOf({ compression, timeout }: TracingConfig): object {
  return {
    compression: compression === 'gzip' ? 'gzip' : 'none',
    ...(timeout > 0 && { timeoutMillis: timeout }),
  };
}
