import { type WireReader } from '@narthex/bytes';
import { type MetricType } from '@narthex/model';
import { type ParsedExemplar } from '../series-labels.js';
import { HistogramFields } from './histogram-fields.js';
import { readExemplar, readLabelPair } from './label-pairs.js';
import { COUNTER, GAUGE, METRIC, UNTYPED } from './metric-shapes.js';
import { readTimestampMs } from './timestamp.js';

const NONE = -1;

/** One metric of a family: its labels, its time, and the part that its family's type is about. */
export class MetricMessage {
  /** 0 for none. */
  timestampMs = 0;
  /** Of a counter, gauge or untyped metric. */
  value = 0;
  /** Of a histogram or summary. */
  readonly fields = new HistogramFields();
  /** Where the message of each label begins and ends: as many pairs as there are labels, and what was there before. */
  readonly labels: number[] = [];
  labelCount = 0;
  /** 0 for none. */
  startTimestampMs = 0;
  #exemplarStart = NONE;
  #exemplarEnd = NONE;

  /** @throws MalformedMessageError when it cannot be read. */
  read(reader: WireReader, start: number, end: number, type: MetricType): void {
    const { field } = METRIC;
    // Emptying arrays costs more than all the rest of a counter.
    this.timestampMs = this.value = this.startTimestampMs = this.labelCount = 0;
    this.#exemplarStart = NONE;
    const hasFields = type === 'summary' || type === 'histogram' || type === 'gaugehistogram';
    if (hasFields) this.fields.clear();
    reader.at = start;
    while (reader.next(METRIC, end)) {
      if (reader.field === field.TimestampMs) {
        this.timestampMs = reader.integer(end);
        continue;
      }
      const stop = reader.messageEnd(end);
      switch (reader.field) {
        case field.Label:
          this.labels[2 * this.labelCount] = reader.at;
          this.labels[2 * this.labelCount++ + 1] = stop;
          break;
        case field.Gauge:
          if (type === 'gauge') this.#readGauge(reader, stop);
          break;
        case field.Counter:
          if (type === 'counter') this.#readCounter(reader, stop);
          break;
        case field.Untyped:
          if (type === 'unknown') this.#readUntyped(reader, stop);
          break;
        case field.Summary:
          if (type === 'summary') this.fields.readSummary(reader, stop);
          break;
        default:
          if (type === 'histogram' || type === 'gaugehistogram') this.fields.readHistogram(reader, stop);
      }
      reader.at = stop;
    }
    if (hasFields) this.startTimestampMs = this.fields.startTimestampMs;
  }

  counterExemplars(reader: WireReader): readonly ParsedExemplar[] {
    if (this.#exemplarStart === NONE) return [];
    reader.at = this.#exemplarStart;
    return [readExemplar(reader, this.#exemplarEnd)];
  }

  /** @throws ExpositionError when a name or value is no text. */
  labelPairs(reader: WireReader): [name: string, value: string][] {
    const pairs: [string, string][] = [];
    for (let i = 0; i < 2 * this.labelCount; i += 2) {
      reader.at = this.labels[i]!;
      pairs.push(readLabelPair(reader, this.labels[i + 1]!));
    }
    return pairs;
  }

  #readGauge(reader: WireReader, end: number): void {
    while (reader.next(GAUGE, end)) this.value = reader.double(end);
  }

  #readUntyped(reader: WireReader, end: number): void {
    while (reader.next(UNTYPED, end)) this.value = reader.double(end);
  }

  #readCounter(reader: WireReader, end: number): void {
    const { field } = COUNTER;
    while (reader.next(COUNTER, end)) {
      switch (reader.field) {
        case field.Value:
          this.value = reader.double(end);
          break;
        case field.Exemplar:
          this.#exemplarEnd = reader.messageEnd(end);
          this.#exemplarStart = reader.at;
          reader.at = this.#exemplarEnd;
          break;
        default:
          this.startTimestampMs = readTimestampMs(reader, end);
      }
    }
  }
}
