import { WireReader } from '@narthex/bytes';
import { type SelectHints } from '@narthex/storage';
import { LABEL_MATCHER, QUERY, READ_HINTS, READ_REQUEST } from './read-shapes.js';

/** A matcher as it came: its type is the number of the message, its expression not compiled yet. */
export interface WireMatcher {
  readonly type: number;
  readonly name: string;
  readonly value: string;
}

/** One query: times in ms, both ends included. */
export interface ReadQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly matchers: readonly WireMatcher[];
  readonly hints: SelectHints | undefined;
}

export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  /** Numbers of `ReadRequest.ResponseType`, the best first. */
  readonly acceptedResponseTypes: readonly number[];
}

/**
 * Reads a `prometheus.ReadRequest`.
 * @throws MalformedMessageError with upstream's words
 */
export function readReadRequest(message: Buffer): ReadRequest {
  const reader = new WireReader(message);
  const queries: ReadQuery[] = [];
  const acceptedResponseTypes: number[] = [];
  while (reader.next(READ_REQUEST, message.length)) {
    if (reader.field === READ_REQUEST.field.Queries) queries.push(readQuery(reader, message.length));
    else reader.unsigneds(message.length, acceptedResponseTypes);
  }
  return { queries, acceptedResponseTypes };
}

function readQuery(reader: WireReader, outerEnd: number): ReadQuery {
  const { field } = QUERY;
  const end = reader.messageEnd(outerEnd);
  let startMs = 0;
  let endMs = 0;
  let hints: SelectHints | undefined;
  const matchers: WireMatcher[] = [];
  while (reader.next(QUERY, end)) {
    if (reader.field === field.StartTimestampMs) startMs = exact(reader.integer(end));
    else if (reader.field === field.EndTimestampMs) endMs = exact(reader.integer(end));
    else if (reader.field === field.Matchers) matchers.push(readMatcher(reader, end));
    else hints = readHints(reader, end);
  }
  return { startMs, endMs, matchers, hints };
}

function readMatcher(reader: WireReader, outerEnd: number): WireMatcher {
  const { field } = LABEL_MATCHER;
  const end = reader.messageEnd(outerEnd);
  let type = 0;
  let name = '';
  let value = '';
  while (reader.next(LABEL_MATCHER, end)) {
    if (reader.field === field.Type) type = reader.integer(end);
    else if (reader.field === field.Name) name = readText(reader, end);
    else value = readText(reader, end);
  }
  return { type, name, value };
}

function readHints(reader: WireReader, outerEnd: number): SelectHints {
  const { field } = READ_HINTS;
  const end = reader.messageEnd(outerEnd);
  const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', by: false };
  const grouping: string[] = [];
  while (reader.next(READ_HINTS, end)) {
    if (reader.field === field.StepMs) hints.stepMs = exact(reader.integer(end));
    else if (reader.field === field.Func) hints.func = readText(reader, end);
    else if (reader.field === field.StartMs) hints.startMs = exact(reader.integer(end));
    else if (reader.field === field.EndMs) hints.endMs = exact(reader.integer(end));
    else if (reader.field === field.Grouping) grouping.push(readText(reader, end));
    else if (reader.field === field.By) hints.by = reader.unsigned(end) !== 0;
    else hints.rangeMs = exact(reader.integer(end));
  }
  return { ...hints, grouping, limit: 0 };
}

function readText(reader: WireReader, end: number): string {
  const stop = reader.messageEnd(end);
  const text = reader.bytes.toString('utf8', reader.at, stop);
  reader.at = stop;
  return text;
}

/** Times beyond what a double holds exactly mean "from the beginning" and "to the end". */
function exact(timeMs: number): number {
  return Math.min(Math.max(timeMs, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
