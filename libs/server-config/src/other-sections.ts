import {
  check,
  type Field,
  byteSize,
  duration,
  filePath,
  flag,
  float,
  integer,
  list,
  optional,
  parsed,
  record,
  secret,
  section,
  text,
  typeIssue,
  isAbsent,
  type YamlNode,
  YamlSequence,
} from '@narthex/config';
import { tlsField } from '@narthex/httpclient';
import { headersFault } from './remote/request-headers.js';
import { quoteGo } from '@narthex/model';
import { z } from 'zod';

/** `runtime`: accepted for the sake of files that exist; there is no Go runtime here. */
export const runtimeSection = section('config.RuntimeConfig', { gogc: integer({ default: 75 }) });

const chunkEncodingSection = check(section('config.ChunkEncodingConfig', { floats: text() }), ({ floats }) =>
  ['', 'xor', 'xor2'].includes(floats)
    ? undefined
    : `unsupported storage.tsdb.chunk_encoding.floats ${quoteGo(floats)}; valid values are "xor" and "xor2"`,
);

export const storageSection = section('config.StorageConfig', {
  tsdb: optional(
    section('config.plain', {
      out_of_order_time_window: duration(),
      stale_series_compaction_threshold: float(),
      retention: optional(
        section('config.TSDBRetentionConfig', { time: duration(), size: byteSize(), percentage: float() }),
      ),
      chunk_encoding: optional(chunkEncodingSection),
    }),
  ),
  exemplars: optional(section('config.ExemplarsConfig', { max_exemplars: integer({ goType: 'int64' }) })),
});

const clientType = parsed('grpc', {
  parse: (type) => {
    if (type === 'grpc' || type === 'http') return type;
    throw new Error(`expected tracing client type to be to be http or grpc, but got ${type}`);
  },
  print: (type) => type,
});

export const tracingSection = check(
  section('config.plain', {
    client_type: clientType,
    endpoint: text(),
    sampling_fraction: float(),
    insecure: flag(),
    tls_config: tlsField,
    headers: record(secret()),
    compression: text(),
    timeout: duration(),
  }),
  ({ headers, endpoint, compression }) => {
    const fault = headersFault(headers, 'custom authorization header configuration is not yet supported');
    if (fault !== undefined) return fault;
    if (endpoint === '') return 'tracing endpoint must be set';
    return compression === '' || compression === 'gzip'
      ? undefined
      : `invalid compression type ${compression} provided, valid options: gzip`;
  },
);

/**
 * A list of a kind that this version cannot follow. Its elements are not read; that there are any is refused when the
 * configuration is to be used, for left out it would mean samples that never arrive.
 */
export function refusedList(goType: string): Field<readonly YamlNode[]> {
  return z.codec(z.unknown(), z.custom<readonly YamlNode[]>(), {
    decode: (node, context) => {
      if (isAbsent(node)) return [];
      if (node instanceof YamlSequence) return node.items;
      typeIssue(context, node, goType);
      return [];
    },
    encode: () => null,
  });
}

/** A star in the last part of the path only. */
const VALID_GLOB = /^[^*]*(\*[^/]*)?$/;

/** A list of globs of files; `kind` is what they are called in the refusal of one. */
export function globs(kind: string): Field<readonly string[]> {
  const refuse = (path: string): string | undefined =>
    VALID_GLOB.test(path) ? undefined : `invalid ${kind} path ${quoteGo(path)}`;
  return list(filePath({ refuse }), { goType: '[]string' });
}
