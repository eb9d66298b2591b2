import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type Server as HttpServer,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { parse, type Type } from 'protobufjs';

/** What of the messages is looked at here (https://github.com/open-telemetry/opentelemetry-proto). */
const MESSAGES = `
  syntax = "proto3";
  message Export { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
`;
const exportType: Type = parse(MESSAGES).root.lookupType('Export');
const GRPC_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** A span as it arrived; identities in hexadecimal digits, the parent's empty where there is none. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 2 for one that failed. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly durationMs: number;
}

/** Takes spans by OTLP, over HTTP and over gRPC, and remembers them. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  readonly resources: Readonly<Record<string, unknown>>[] = [];
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  readonly #servers: (() => void)[] = [];

  /** `host:port` of an endpoint over HTTP, or HTTPS with a key and a certificate. */
  async overHttp(tls?: { readonly key: string; readonly cert: string }): Promise<string> {
    const server: HttpServer = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts);
        this.requests.push({ path: request.url ?? '', headers: request.headers });
        this.#take(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async overGrpc(tls?: { readonly key: string; readonly cert: string }): Promise<string> {
    const server = new GrpcServer();
    const plain = (bytes: Buffer): Buffer => bytes;
    const codec = {
      path: GRPC_METHOD,
      requestStream: false,
      responseStream: false,
      requestSerialize: plain,
      requestDeserialize: plain,
      responseSerialize: plain,
      responseDeserialize: plain,
    } as const;
    server.addService(
      { export: codec },
      {
        export: (
          call: { readonly request: Buffer; readonly metadata: { getMap(): Record<string, unknown> } },
          done: (error: null, answer: Buffer) => void,
        ) => {
          const headers = call.metadata.getMap() as IncomingHttpHeaders;
          this.requests.push({ path: GRPC_METHOD, headers });
          this.#take(call.request);
          done(null, Buffer.alloc(0));
        },
      },
    );
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [
            { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
          ]);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.#servers.push(() => server.forceShutdown());
    return `127.0.0.1:${port}`;
  }

  close(): void {
    for (const close of this.#servers.splice(0)) close();
  }

  /** The names of the spans within this one, in the order of their beginnings; with what is within them. */
  tree(parentId: string): unknown[] {
    return this.spans
      .filter((span) => span.parentId === parentId)
      .map(({ name, spanId }) => [name, ...this.tree(spanId)]);
  }

  named(name: string): CollectedSpan {
    const found = this.spans.find((span) => span.name === name);
    if (found === undefined)
      throw new Error(`no ${name} among ${this.spans.map((span) => span.name).join()}`);
    return found;
  }

  #take(bytes: Buffer): void {
    const message = exportType.toObject(exportType.decode(bytes), {
      bytes: Buffer,
      longs: Number,
      defaults: true,
    }) as {
      readonly resourceSpans: readonly {
        readonly resource: { readonly attributes: readonly Attribute[] };
        readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
      }[];
    };
    for (const { resource, scopeSpans } of message.resourceSpans) {
      this.resources.push(valuesOf(resource.attributes));
      const spans = scopeSpans.flatMap((scope) => scope.spans);
      this.spans.push(...spans.sort((a, b) => a.startTimeUnixNano - b.startTimeUnixNano).map(collected));
    }
  }
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface RawSpan {
  readonly name: string;
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number; readonly message: string } | null;
  readonly startTimeUnixNano: number;
  readonly endTimeUnixNano: number;
}

function collected(raw: RawSpan): CollectedSpan {
  return {
    name: raw.name,
    traceId: raw.traceId.toString('hex'),
    spanId: raw.spanId.toString('hex'),
    parentId: raw.parentSpanId.toString('hex'),
    kind: raw.kind,
    attributes: valuesOf(raw.attributes),
    statusCode: raw.status?.code ?? 0,
    statusMessage: raw.status?.message ?? '',
    durationMs: (raw.endTimeUnixNano - raw.startTimeUnixNano) / 1e6,
  };
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
