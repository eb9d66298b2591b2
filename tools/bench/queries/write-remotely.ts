import { encodeWriteRequestV1, MessageWriter } from '@narthex/remote';
import { compress } from 'snappy';
import { type DataPlan, labelsOf, Values } from './data.js';

/** Scrapes that go out together, and series a request. */
const SCRAPES = 20;
const SERIES_A_REQUEST = 500;

/** Sends all samples of a plan to each of the addresses (remote write 1.0), scrape after scrape. Gives their number. */
export async function writeRemotely(plan: DataPlan, addresses: readonly string[]): Promise<number> {
  const { seriesCount, startMs, endMs, intervalMs } = plan;
  const values = new Values(seriesCount);
  const writer = new MessageWriter(1 << 20);
  const labels = Array.from({ length: seriesCount }, (_, series) => labelsOf(series));
  let sent = 0;
  for (let fromMs = startMs; fromMs <= endMs; fromMs += SCRAPES * intervalMs) {
    const count = Math.min(SCRAPES, Math.floor((endMs - fromMs) / intervalMs) + 1);
    const timestampsMs = Float64Array.from({ length: count }, (_, scrape) => fromMs + scrape * intervalMs);
    const columns = Array.from({ length: seriesCount }, () => new Float64Array(count));
    for (let scrape = 0; scrape < count; scrape++) {
      const at = values.next();
      for (let series = 0; series < seriesCount; series++) columns[series]![scrape] = at[series]!;
    }
    for (let first = 0; first < seriesCount; first += SERIES_A_REQUEST) {
      const series = columns.slice(first, first + SERIES_A_REQUEST).map((written, index) => ({
        labels: labels[first + index]!,
        samples: { timestampsMs, values: written },
      }));
      const body = await compress(Buffer.from(encodeWriteRequestV1(series, [], writer)));
      await Promise.all(addresses.map((address) => post(address, body)));
    }
    sent += seriesCount * count;
  }
  return sent;
}

async function post(address: string, body: Uint8Array): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body,
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${address}: ${response.status} ${answer}`);
}
