import { Matcher } from '@narthex/model';
import { SampleColumns, type SeriesSet } from '@narthex/storage';
import { openSharedReader } from '@narthex/tsdb';
import { parentPort, workerData } from 'node:worker_threads';
import { type ReaderAnswer, type ReaderSetup, type ReaderTask } from './protocol.js';

const port = parentPort!;
const reader = openSharedReader((workerData as ReaderSetup).handles);
const hints = { startMs: 0, endMs: 0, stepMs: 0, rangeMs: 0, func: '', grouping: [], by: false, limit: 0 };
const nothing = { series: 0, samples: 0, selectMs: 0, labelsMs: 0, decodeMs: 0, bytes: new Uint8Array(0) };
const columns = new SampleColumns(1024);

port.on('message', (task: ReaderTask) => {
  void answer(task).then((result) => port.postMessage(result, [result.bytes.buffer as ArrayBuffer]));
});

async function answer(task: ReaderTask): Promise<ReaderAnswer> {
  switch (task.kind) {
    case 'echo':
      return { ...nothing, bytes: new Uint8Array(0) };
    case 'bytes':
      return { ...nothing, bytes: new Uint8Array(task.sizeBytes) };
    case 'query':
      return query(task);
    case 'rate':
      return rate(task);
  }
}

async function query({
  name,
  sorted,
  decode,
}: Extract<ReaderTask, { kind: 'query' }>): Promise<ReaderAnswer> {
  const started = performance.now();
  const querier = reader.querier(-Infinity, Infinity);
  const set = await querier.select(sorted, hints, [
    new Matcher('=', name === '' ? 'job' : '__name__', name === '' ? 'bench' : name),
  ]);
  const selected = performance.now();
  let labels = 0;
  for (let i = 0; i < set.length; i++) labels += set.labels(i).size;
  const labelled = performance.now();
  const samples = decode ? readAll(set) : 0;
  const decoded = performance.now();
  querier.close();
  return {
    series: set.length,
    samples,
    selectMs: selected - started,
    labelsMs: labels === 0 ? 0 : labelled - selected,
    decodeMs: decoded - labelled,
    bytes: new Uint8Array(0),
  };
}

function readAll(set: SeriesSet): number {
  let samples = 0;
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    samples += columns.length;
  }
  return samples;
}

/** `rate` without extrapolation, enough to load the road from chunk to JSON bytes. */
async function rate(task: Extract<ReaderTask, { kind: 'rate' }>): Promise<ReaderAnswer> {
  const { name, startMs, endMs, stepMs, rangeMs } = task;
  const started = performance.now();
  const querier = reader.querier(startMs - rangeMs, endMs);
  const set = await querier.select(true, { ...hints, startMs, endMs, stepMs, rangeMs }, [
    new Matcher('=', '__name__', name),
  ]);
  const selected = performance.now();
  let samples = 0;
  const parts: string[] = [];
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    samples += columns.length;
    const points: string[] = [];
    let from = 0;
    let to = 0;
    for (let at = startMs; at <= endMs; at += stepMs) {
      while (to < columns.length && columns.timestampsMs[to]! <= at) to++;
      while (from < to && columns.timestampsMs[from]! <= at - rangeMs) from++;
      if (to - from < 2) continue;
      let increase = columns.values[to - 1]! - columns.values[from]!;
      for (let k = from + 1; k < to; k++)
        if (columns.values[k]! < columns.values[k - 1]!) increase += columns.values[k - 1]!;
      points.push(`[${at / 1000},"${(increase * 1000) / rangeMs}"]`);
    }
    parts.push(`{"metric":${JSON.stringify(set.labels(i))},"values":[${points.join(',')}]}`);
  }
  const bytes = new Uint8Array(
    new TextEncoder().encode(
      `{"status":"success","data":{"resultType":"matrix","result":[${parts.join(',')}]}}`,
    ),
  );
  querier.close();
  return {
    series: set.length,
    samples,
    selectMs: selected - started,
    labelsMs: 0,
    decodeMs: performance.now() - selected,
    bytes,
  };
}
