/** A protobuf Timestamp (https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp). */
export interface TimestampMessage {
  readonly seconds?: bigint | string;
  readonly nanos?: number;
}

export function toTimestamp(timeMs: number): TimestampMessage {
  const seconds = Math.floor(timeMs / 1000);
  return { seconds: String(seconds), nanos: Math.round((timeMs - seconds * 1000) * 1e6) };
}

/** Milliseconds; what is finer is cut off. An absent time is 0. */
export function fromTimestamp(timestamp: TimestampMessage | undefined): number {
  return Number(timestamp?.seconds ?? 0) * 1000 + Math.floor((timestamp?.nanos ?? 0) / 1e6);
}
