/* Requests of remote read as bytes, and what answers hold (prompb/remote.proto of Prometheus). */

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const number = (field, value) => [...varint(field * 8), ...varint(value)];
const message = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (field, value) => message(field, [...Buffer.from(value)]);
const matcher = (type, name, value) => message(3, [...number(1, type), ...text(2, name), ...text(3, value)]);
const query = (start, end, ...matchers) =>
  message(1, [...number(1, start), ...number(2, end), ...matchers.flat()]);

/** By name: `body`, which is compressed unless told otherwise. */
export function RAW_READS(endMs) {
  const [start, end] = [endMs - 900_000, endMs - 300_000];
  const requests = matcher(0, '__name__', 'requests_total');
  return {
    samples: { body: query(start, end, requests) },
    'samples by name': { body: [...query(start, end, requests), ...number(2, 0)] },
    'chunks first': { body: [...query(start, end, requests), ...number(2, 1), ...number(2, 0)] },
    'chunks, packed': { body: [...query(start, end, requests), ...message(2, [1])] },
    'unknown type, then samples': {
      body: [...query(start, end, requests), ...number(2, 7), ...number(2, 0)],
    },
    'unknown type': { body: [...query(start, end, requests), ...number(2, 7), ...number(2, 9)] },
    'two queries': {
      body: [...query(start, end, requests), ...query(start, end, matcher(2, '__name__', 'u.*'))],
    },
    'two queries of chunks': {
      body: [
        ...query(start, end, requests),
        ...query(start, end, matcher(2, '__name__', 'u.*')),
        ...number(2, 1),
      ],
    },
    'external label': { body: query(start, end, requests, matcher(0, 'zone', 'z1')) },
    'other value of an external label': { body: query(start, end, requests, matcher(0, 'zone', 'other')) },
    'not an external label': { body: query(start, end, requests, matcher(1, 'zone', 'z1')) },
    'own label like an external one': { body: query(start, end, matcher(0, '__name__', 'load')) },
    'bad expression': { body: query(start, end, matcher(2, '__name__', '[')) },
    'bad expression, chunks': { body: [...query(start, end, matcher(2, '__name__', '[')), ...number(2, 1)] },
    'bad matcher': { body: query(start, end, matcher(9, '__name__', 'a')) },
    'all of time': { body: query(-(2n ** 63n), 2n ** 63n - 1n, requests) },
    'end before start': { body: query(end, start, requests) },
    'no matchers': { body: query(start, end) },
    'no queries': { body: [] },
    'nothing found': { body: query(start, end, matcher(0, '__name__', 'none')) },
    hints: {
      body: message(1, [
        ...number(1, start),
        ...number(2, end),
        ...requests,
        ...message(4, [
          ...number(1, 1000),
          ...text(2, 'rate'),
          ...number(3, start),
          ...number(4, end),
          ...text(5, 'a'),
          ...number(6, 1),
          ...number(7, 60_000),
        ]),
      ]),
    },
    'wrong wire type': { body: [8, 1] },
    'cut short': { body: [10, 5, 1] },
    'not compressed': { body: query(start, end, requests), compressed: false },
    empty: { body: [], compressed: false },
  };
}

function* fields(bytes) {
  let at = 0;
  const next = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(next());
    if (tag % 8 === 0) yield [tag >> 3, BigInt.asIntN(64, next())];
    else if (tag % 8 === 1) {
      yield [tag >> 3, bytes.readBigUInt64LE(at)];
      at += 8;
    } else {
      const length = Number(next());
      yield [tag >> 3, bytes.subarray(at, at + length)];
      at += length;
    }
  }
}

function pick(bytes) {
  const found = {};
  for (const [field, value] of fields(bytes)) (found[field] ??= []).push(value);
  return found;
}

const labelsOf = (list = []) =>
  list
    .map((one) => {
      const f = pick(one);
      return `${f[1] ?? ''}=${f[2] ?? ''}`;
    })
    .join();

/** The bits of a double. The real server leaves out a negative zero as it does a zero. */
function valueOf(bits = 0n) {
  return bits === 1n << 63n ? '0' : bits.toString(16);
}

function samplesOf(bytes) {
  return (pick(bytes)[1] ?? []).map((result) =>
    (pick(result)[1] ?? [])
      .map((series) => {
        const f = pick(series);
        return [
          labelsOf(f[1]),
          (f[2] ?? [])
            .map((sample) => {
              const s = pick(sample);
              return `${s[2]?.[0] ?? 0}:${valueOf(s[1]?.[0])}`;
            })
            .join(),
        ];
      })
      // The real server names series without a sample in the range, too.
      .filter(([, samples]) => samples !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * Series with the kinds of their chunks. How samples lie in chunks and frames may differ: ours are sent as they are
 * stored, the real server's are cut to the range. What readers make of them is compared by queries.
 */
function chunksOf(bytes) {
  const series = new Map();
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += 4;
    const frame = pick(bytes.subarray(at, at + length));
    at += length;
    for (const one of frame[1] ?? []) {
      const f = pick(one);
      const kinds = (f[2] ?? []).map((chunk) => String(pick(chunk)[3]));
      series.set(`${frame[2]?.[0] ?? 0} ${labelsOf(f[1])}`, [...new Set(kinds)]);
    }
  }
  return [...series];
}

/** What an answer says, as plain data. */
export function describeRead(type, bytes, uncompress) {
  if (type === 'application/x-protobuf') return samplesOf(uncompress(bytes));
  if (type?.startsWith('application/x-streamed-protobuf')) return chunksOf(bytes);
  return bytes.toString();
}
