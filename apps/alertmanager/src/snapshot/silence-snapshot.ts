import { type MatchType } from '@narthex/model';
import { type Logger } from '@narthex/process';
import { LabelMatcher } from '../matchers/label-matcher';
import { type StoredSilence } from '../silences/silences';
import { readDelimited, writeDelimited } from './delimited';
import { MeshSilence } from './messages';
import { fromTimestamp, type TimestampMessage, toTimestamp } from './timestamp';

const TYPES: readonly MatchType[] = ['=', '=~', '!=', '!~'];

interface MatcherMessage {
  readonly type?: number;
  readonly name?: string;
  readonly pattern?: string;
}

interface SilenceMessage {
  readonly id?: string;
  readonly matchers?: readonly MatcherMessage[];
  readonly startsAt?: TimestampMessage;
  readonly endsAt?: TimestampMessage;
  readonly updatedAt?: TimestampMessage;
  readonly createdBy?: string;
  readonly comment?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly matcherSets?: readonly { readonly matchers?: readonly MatcherMessage[] }[];
}

/** The file `silences`. */
export function writeSilences(silences: Iterable<StoredSilence>): Uint8Array {
  return writeDelimited(Array.from(silences, encodeSilence));
}

/** Bytes of one silence in the file. */
export function encodeSilence({ silence, expiresAtMs }: StoredSilence): Uint8Array {
  const sets = silence.matcherSets.map((matchers) => ({ matchers: matchers.map(toMessage) }));
  const message: SilenceMessage = {
    id: silence.id,
    // Programs that know of one set only read it here.
    matchers: sets[0]?.matchers ?? [],
    startsAt: toTimestamp(silence.startsAtMs),
    endsAt: toTimestamp(silence.endsAtMs),
    updatedAt: toTimestamp(silence.updatedAtMs),
    createdBy: silence.createdBy,
    comment: silence.comment,
    annotations: Object.fromEntries(silence.annotations),
    matcherSets: sets,
  };
  const stored = { silence: message, expiresAt: toTimestamp(expiresAtMs) };
  return MeshSilence.encode(MeshSilence.fromObject(stored)).finish();
}

/**
 * The silences of a file. One whose matchers cannot be compiled is left out with a log line, as upstream does.
 * @throws SnapshotError
 */
export function readSilences(file: Uint8Array, logger: Logger): StoredSilence[] {
  const silences: StoredSilence[] = [];
  for (const bytes of readDelimited(file)) {
    const { silence = {}, expiresAt } = MeshSilence.toObject(MeshSilence.decode(bytes), {
      longs: BigInt,
    }) as {
      readonly silence?: SilenceMessage;
      readonly expiresAt?: TimestampMessage;
    };
    try {
      silences.push({ silence: fromMessage(silence), expiresAtMs: fromTimestamp(expiresAt) });
    } catch (error) {
      const err = error instanceof Error ? error : new Error(String(error));
      logger.error('Failed to compile silence matchers during snapshot load', {
        silence_id: silence.id,
        err,
      });
    }
  }
  return silences;
}

function fromMessage(message: SilenceMessage): StoredSilence['silence'] {
  const { matcherSets = [], matchers = [] } = message;
  const sets = matcherSets.length > 0 ? matcherSets : [{ matchers }];
  return {
    id: message.id ?? '',
    matcherSets: sets.map((set) => (set.matchers ?? []).map(toMatcher)),
    startsAtMs: fromTimestamp(message.startsAt),
    endsAtMs: fromTimestamp(message.endsAt),
    updatedAtMs: fromTimestamp(message.updatedAt),
    createdBy: message.createdBy ?? '',
    comment: message.comment ?? '',
    annotations: new Map(Object.entries(message.annotations ?? {})),
  };
}

function toMessage({ type, name, value }: LabelMatcher): MatcherMessage {
  return { type: TYPES.indexOf(type), name, pattern: value };
}

function toMatcher({ type = 0, name = '', pattern = '' }: MatcherMessage): LabelMatcher {
  const known = TYPES[type];
  if (known === undefined) throw new Error(`unknown matcher type ${type}`);
  return new LabelMatcher(known, name, pattern);
}
