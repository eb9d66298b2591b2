import { createRequire } from 'node:module';

const { compressSync } = createRequire(import.meta.url)('snappy');

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const message = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (field, value) => message(field, [...Buffer.from(value)]);

function double(field, value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [field * 8 + 1, ...bytes];
}

/** Writes series `{ labels, samples: [[ms, value]] }` by remote write 1.0 (prompb/remote.proto of Prometheus). */
export async function writeSeries(server, series) {
  const body = series.flatMap(({ labels, samples }) =>
    message(1, [
      ...Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, value]) => message(1, [...text(1, name), ...text(2, value)])),
      ...samples.flatMap(([timestampMs, value]) =>
        message(2, [...double(1, value), 16, ...varint(timestampMs)]),
      ),
    ]),
  );
  const answer = await fetch(`${server.url}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' },
    body: compressSync(Buffer.from(body)),
  });
  if (!answer.ok) throw new Error(`${server.name} refuses the samples: ${await answer.text()}`);
}
