import { type LogEntry, type ReceiverData } from '../nflog/notification-log';
import { readDelimited, writeDelimited } from './delimited';
import { MeshEntry } from './messages';
import { fromTimestamp, type TimestampMessage, toTimestamp } from './timestamp';

interface DataValueMessage {
  readonly strVal?: string;
  readonly intVal?: bigint | string;
  readonly doubleVal?: number;
}

interface EntryMessage {
  readonly groupKey?: Uint8Array;
  readonly receiver?: { readonly groupName?: string; readonly integration?: string; readonly idx?: number };
  readonly timestamp?: TimestampMessage;
  readonly firingAlerts?: readonly bigint[];
  readonly resolvedAlerts?: readonly bigint[];
  readonly receiverData?: Readonly<Record<string, DataValueMessage>>;
}

/** The file `nflog`. */
export function writeNotificationLog(entries: Iterable<LogEntry>): Uint8Array {
  return writeDelimited(Array.from(entries, encodeEntry));
}

function encodeEntry(entry: LogEntry): Uint8Array {
  const { receiver, integration, index } = entry.key;
  const message = {
    groupKey: Buffer.from(entry.groupKey),
    receiver: { groupName: receiver, integration, idx: index },
    timestamp: toTimestamp(entry.timestampMs),
    firingAlerts: Array.from(entry.firing, String),
    resolvedAlerts: Array.from(entry.resolved, String),
    receiverData: Object.fromEntries([...entry.receiverData].map(([name, value]) => [name, toValue(value)])),
  };
  const stored = { entry: message, expiresAt: toTimestamp(entry.expiresAtMs) };
  return MeshEntry.encode(MeshEntry.fromObject(stored)).finish();
}

/** The entries of a file. @throws SnapshotError */
export function readNotificationLog(file: Uint8Array): LogEntry[] {
  return Array.from(readDelimited(file), (bytes) => {
    const { entry = {}, expiresAt } = MeshEntry.toObject(MeshEntry.decode(bytes), { longs: BigInt }) as {
      readonly entry?: EntryMessage;
      readonly expiresAt?: TimestampMessage;
    };
    const { groupName = '', integration = '', idx = 0 } = entry.receiver ?? {};
    return {
      groupKey: Buffer.from(entry.groupKey ?? []).toString(),
      key: { receiver: groupName, integration, index: idx },
      timestampMs: fromTimestamp(entry.timestamp),
      firing: new Set(entry.firingAlerts),
      resolved: new Set(entry.resolvedAlerts),
      receiverData: fromValues(entry.receiverData),
      expiresAtMs: fromTimestamp(expiresAt),
    };
  });
}

function toValue(value: string | number | bigint): DataValueMessage {
  if (typeof value === 'string') return { strVal: value };
  return typeof value === 'bigint' ? { intVal: String(value) } : { doubleVal: value };
}

function fromValues(values: Readonly<Record<string, DataValueMessage>> = {}): ReceiverData {
  const data = new Map<string, string | number | bigint>();
  for (const [name, { strVal, intVal, doubleVal }] of Object.entries(values)) {
    data.set(name, strVal ?? doubleVal ?? BigInt(intVal ?? 0));
  }
  return data;
}
