import { encodeWriteRequestV1 } from '@narthex/remote';
import { compressSync } from 'snappy';

interface Written {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds and value. */
  readonly samples: readonly (readonly [number, number])[];
}

/** Writes series by remote write 1.0. */
export async function writeSeries(
  server: { readonly name: string; readonly url: string },
  series: readonly Written[],
): Promise<void> {
  const written = series.map(({ labels, samples }) => ({
    labels: Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
    samples: {
      timestampsMs: Float64Array.from(samples, ([timestampMs]) => timestampMs),
      values: Float64Array.from(samples, ([, value]) => value),
    },
  }));
  const answer = await fetch(`${server.url}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' },
    body: compressSync(Buffer.from(encodeWriteRequestV1(written))),
  });
  if (!answer.ok) throw new Error(`${server.name} refuses the samples: ${await answer.text()}`);
}
