import { type Labels, parseDuration } from '@narthex/model';
import { convertClassic } from './classic-to-custom.js';
import { ScriptError } from './errors.js';
import { type LoadedSeries } from './loaded-series.js';
import { type MemoryStorage, type StoredSample } from './memory-storage.js';
import { floatOf, parseSeries } from './parse-series.js';
import { isStartTimesLine, parseStartTimes, type StartTimes } from './parse-start-times.js';

const HEADER = /^load(?:_(with_nhcb))?\s+(\S+)$/i;

/** Carries out a `load` with the lines below it. */
export function load(storage: MemoryStorage, header: string, lines: readonly string[]): void {
  const parts = HEADER.exec(header);
  if (parts === null) throw new ScriptError('invalid load command. (load[_with_nhcb] <step:duration>)');
  const series = readSeries(lines, parseDuration(parts[2]!));
  for (const one of parts[1] === undefined ? series : [...series, ...convertClassic(series)]) {
    for (const sample of one.samples) storage.append(one.labels, sample);
  }
}

/** A later line of the same series replaces an earlier one. */
function readSeries(lines: readonly string[], stepMs: number): readonly LoadedSeries[] {
  const found = new Map<string, LoadedSeries>();
  let defaults: StartTimes | undefined;
  let own: StartTimes | undefined;
  for (const line of lines) {
    if (isStartTimesLine(line)) {
      if (own !== undefined) throw new ScriptError('@st line has no following sample line');
      const starts = parseStartTimes(line);
      if (starts.labels === undefined) defaults = starts;
      else own = starts;
      continue;
    }
    const { labels, values } = parseSeries(line);
    if (own !== undefined) checkStarts(own, labels, values.length);
    const samples: StoredSample[] = [];
    values.forEach((value, i) => {
      if (value.kind === 'omitted') return;
      const timestampMs = i * stepMs;
      const offsetMs =
        own === undefined ? defaults?.offsetsMs[i % defaults.offsetsMs.length] : own.offsetsMs[i];
      samples.push({
        timestampMs,
        value: floatOf(value) ?? 0,
        histogram: value.kind === 'histogram' ? value.histogram : undefined,
        startTimestampMs: offsetMs === undefined ? 0 : timestampMs + offsetMs,
      });
    });
    found.delete(labels.key);
    found.set(labels.key, { labels, samples });
    own = undefined;
  }
  if (own !== undefined) throw new ScriptError('@st line has no following sample line');
  return [...found.values()];
}

function checkStarts({ labels, offsetsMs }: StartTimes, sampleLabels: Labels, samples: number): void {
  if (labels?.equals(sampleLabels) !== true) {
    throw new ScriptError('@st metric does not match the following sample line metric');
  }
  if (offsetsMs.length !== samples) {
    throw new ScriptError(`@st line has ${offsetsMs.length} values but sample line has ${samples}`);
  }
}
