import { encodeWriteRequestV2 } from '@narthex/remote';
import { one, someBody, v2Headers, V1_TYPE, type WriteCase } from './write-case.js';

export const HEADER_CASES: readonly WriteCase[] = [
  {
    name: 'no content type',
    headers: { 'Content-Encoding': 'snappy' },
    message: someBody,
  },
  { name: 'no encoding', headers: { 'Content-Type': V1_TYPE }, message: someBody },
  { name: 'JSON', headers: { 'Content-Type': 'application/json' }, message: someBody },
  {
    name: 'another type',
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    message: someBody,
  },
  {
    name: 'a form',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    message: someBody,
  },
  {
    name: 'an unknown message',
    headers: { 'Content-Type': `${V1_TYPE};proto=foo.Bar` },
    message: someBody,
  },
  {
    name: 'the message of 1.0',
    headers: { 'Content-Type': `${V1_TYPE};proto=prometheus.WriteRequest` },
    message: someBody,
  },
  {
    name: 'a parameter without a value',
    headers: { 'Content-Type': `${V1_TYPE};foo` },
    message: someBody,
  },
  {
    name: 'a parameter behind a blank',
    headers: { 'Content-Type': `${V1_TYPE}; proto=io.prometheus.write.v2.Request` },
    message: someBody,
  },
  {
    name: 'another parameter',
    headers: { 'Content-Type': `${V1_TYPE};charset=utf-8` },
    message: someBody,
  },
  {
    name: 'a quoted parameter',
    headers: { 'Content-Type': `${V1_TYPE};proto="prometheus.WriteRequest"` },
    message: someBody,
  },
  {
    name: 'a type in capitals',
    headers: { 'Content-Type': 'Application/X-Protobuf' },
    message: someBody,
  },
  {
    name: 'gzip',
    headers: { 'Content-Type': V1_TYPE, 'Content-Encoding': 'gzip' },
    message: someBody,
  },
  {
    name: 'gzip of garbage',
    headers: { 'Content-Type': V1_TYPE, 'Content-Encoding': 'gzip' },
    body: () => Uint8Array.of(9, 9),
  },
  {
    name: 'Snappy in capitals',
    headers: { 'Content-Type': V1_TYPE, 'Content-Encoding': 'SNAPPY' },
    message: someBody,
  },
  {
    name: '1.0 sent as 2.0',
    headers: v2Headers,
    message: someBody,
  },
  {
    name: '2.0 sent as 1.0',
    message: (now) => encodeWriteRequestV2([one('v2as1', now)]),
  },
];
