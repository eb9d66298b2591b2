import protobuf from 'protobufjs';

const matcher = {
  nested: { Type: { values: { EQUAL: 0, REGEXP: 1, NOT_EQUAL: 2, NOT_REGEXP: 3 } } },
  fields: {
    type: { type: 'Type', id: 1 },
    name: { type: 'string', id: 2 },
    pattern: { type: 'string', id: 3 },
  },
};

const annotations: protobuf.IMapField = { keyType: 'string', type: 'string', id: 10 };
const receiverData: protobuf.IMapField = { keyType: 'string', type: 'ReceiverDataValue', id: 8 };

/**
 * The messages of upstream's snapshot files (silence/silencepb/silence.proto and nflog/nflogpb/nflog.proto of
 * https://github.com/prometheus/alertmanager), by field number.
 */
const root = protobuf.Root.fromJSON({
  options: { syntax: 'proto3' },
  nested: {
    Timestamp: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    Matcher: matcher,
    MatcherSet: { fields: { matchers: { rule: 'repeated', type: 'Matcher', id: 1 } } },
    Silence: {
      fields: {
        id: { type: 'string', id: 1 },
        matchers: { rule: 'repeated', type: 'Matcher', id: 2 },
        startsAt: { type: 'Timestamp', id: 3 },
        endsAt: { type: 'Timestamp', id: 4 },
        updatedAt: { type: 'Timestamp', id: 5 },
        createdBy: { type: 'string', id: 8 },
        comment: { type: 'string', id: 9 },
        annotations,
        matcherSets: { rule: 'repeated', type: 'MatcherSet', id: 11 },
      },
    },
    MeshSilence: { fields: { silence: { type: 'Silence', id: 1 }, expiresAt: { type: 'Timestamp', id: 2 } } },
    Receiver: {
      fields: {
        groupName: { type: 'string', id: 1 },
        integration: { type: 'string', id: 2 },
        idx: { type: 'uint32', id: 3 },
      },
    },
    ReceiverDataValue: {
      oneofs: { value: { oneof: ['strVal', 'intVal', 'doubleVal'] } },
      fields: {
        strVal: { type: 'string', id: 1 },
        intVal: { type: 'int64', id: 2 },
        doubleVal: { type: 'double', id: 3 },
      },
    },
    Entry: {
      fields: {
        groupKey: { type: 'bytes', id: 1 },
        receiver: { type: 'Receiver', id: 2 },
        timestamp: { type: 'Timestamp', id: 5 },
        firingAlerts: { rule: 'repeated', type: 'uint64', id: 6 },
        resolvedAlerts: { rule: 'repeated', type: 'uint64', id: 7 },
        receiverData,
      },
    },
    MeshEntry: { fields: { entry: { type: 'Entry', id: 1 }, expiresAt: { type: 'Timestamp', id: 2 } } },
  },
});

export const MeshSilence = root.lookupType('MeshSilence');
export const MeshEntry = root.lookupType('MeshEntry');
