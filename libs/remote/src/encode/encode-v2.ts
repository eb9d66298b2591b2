import { MessageWriter } from '@narthex/bytes';
import { METRIC_TYPES_V1, encodeSamples } from './encode-v1.js';
import { encodeHistogram } from './histogram-encoder.js';
import { type WrittenLabels, type WrittenSeries } from './written-series.js';

/**
 * An `io.prometheus.write.v2.Request` (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/), not compressed.
 */
export function encodeWriteRequestV2(
  series: Iterable<WrittenSeries>,
  writer = new MessageWriter(),
): Uint8Array {
  const symbols = new Symbols();
  const body = new MessageWriter();
  for (const {
    labels,
    samples,
    histograms = [],
    exemplars = [],
    metadata,
    createdTimestampMs = 0,
  } of series) {
    const start = body.begin(5);
    body.integers(1, symbols.ofLabels(labels));
    if (samples !== undefined) encodeSamples(body, samples);
    for (const histogram of histograms) encodeHistogram(body, 3, histogram);
    for (const { labels: names, value, timestampMs } of exemplars) {
      const exemplar = body.begin(4);
      body.integers(1, symbols.ofLabels(names));
      body.double(2, value);
      body.integer(3, timestampMs);
      body.end(exemplar);
    }
    if (metadata !== undefined) {
      const at = body.begin(5);
      body.integer(1, METRIC_TYPES_V1.indexOf(metadata.type));
      body.integer(3, symbols.of(metadata.help));
      body.integer(4, symbols.of(metadata.unit));
      body.end(at);
    }
    if (createdTimestampMs !== 0) body.integer(6, createdTimestampMs);
    body.end(start);
  }
  writer.clear();
  for (const symbol of symbols.all) writer.text(4, symbol);
  writer.raw(body.copy());
  return writer.copy();
}

/** The texts of a request, each once; the first is empty, as the specification asks for. */
class Symbols {
  readonly all: string[] = [''];
  readonly #places = new Map<string, number>([['', 0]]);

  of(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.all.push(text) - 1;
    this.#places.set(text, place);
    return place;
  }

  ofLabels(labels: WrittenLabels): number[] {
    const refs: number[] = [];
    for (const [name, value] of labels) refs.push(this.of(name), this.of(value));
    return refs;
  }
}
