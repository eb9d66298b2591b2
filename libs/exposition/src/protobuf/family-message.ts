import { type WireReader } from '@narthex/bytes';
import { type MetricType, quoteGo } from '@narthex/model';
import { ExpositionError } from '../errors.js';
import { isUtf8 } from '../quote-bytes.js';
import { decodeText } from '../series-labels.js';
import { METRIC_FAMILY, TYPE_NUMBERS } from './metric-shapes.js';

const LONGEST_LENGTH_PREFIX = 5;
const LONGEST_VARINT = 10;
const TOTAL = '_total';

/** Start and end of a text in the body. */
export type TextPosition = readonly [start: number, end: number];
const NOWHERE: TextPosition = [0, 0];

/** One metric family, without having read its metrics. */
export class FamilyMessage {
  name: TextPosition = NOWHERE;
  help: TextPosition = NOWHERE;
  unit: TextPosition = NOWHERE;
  type: MetricType = 'counter';
  /** Where each metric begins and ends. */
  readonly metrics: number[] = [];
  /** Where the next family begins. */
  end = 0;
  #typeNumber = 0;

  /**
   * Reads the family that begins at `start`; false when nothing more comes.
   * @throws MalformedMessageError when it cannot be read.
   */
  read(reader: WireReader, start: number): boolean {
    const { bytes } = reader;
    if (start >= bytes.length) return false;
    reader.at = start;
    this.end = start + familyLength(bytes.subarray(start));
    reader.at += prefixLength(bytes.subarray(start));
    this.name = this.help = this.unit = NOWHERE;
    this.metrics.length = this.#typeNumber = 0;
    const { field } = METRIC_FAMILY;
    while (reader.next(METRIC_FAMILY, this.end)) {
      if (reader.field === field.Type) {
        this.#typeNumber = reader.unsigned(this.end);
        continue;
      }
      const stop = reader.messageEnd(this.end);
      const position: TextPosition = [reader.at, stop];
      if (reader.field === field.Metric) this.metrics.push(reader.at, stop);
      else if (reader.field === field.Name) this.name = position;
      else if (reader.field === field.Help) this.help = position;
      else this.unit = position;
      reader.at = stop;
    }
    return true;
  }

  /** @throws ExpositionError when name, help, type or unit are not as they have to be. */
  check(bytes: Uint8Array): void {
    const name = decodeText(bytes, ...this.name);
    if (name === '' || !isUtf8(bytes, ...this.name))
      throw new ExpositionError(`invalid metric name: ${name}`);
    if (!isUtf8(bytes, ...this.help)) {
      const help = decodeText(bytes, ...this.help);
      throw new ExpositionError(`invalid help for metric ${quoteGo(name)}: ${help}`);
    }
    const type = TYPE_NUMBERS[this.#typeNumber];
    if (type === undefined)
      throw new ExpositionError(`unknown metric type for metric ${quoteGo(name)}: ${this.#typeNumber}`);
    this.type = type;
    const unit = decodeText(bytes, ...this.unit);
    if (unit === '') return;
    const isTotal = type === 'counter' && name.endsWith(TOTAL);
    const stem = isTotal ? name.slice(0, -TOTAL.length) : name;
    if (stem.endsWith(`_${unit}`)) return;
    const what = isTotal ? 'counter' : 'metric';
    throw new ExpositionError(`unit ${quoteGo(unit)} not a suffix of ${what} ${quoteGo(name)}`);
  }
}

/** How many bytes the family and the length before it take. */
function familyLength(bytes: Uint8Array): number {
  const prefix = prefixLength(bytes);
  if (prefix === 0 || prefix > LONGEST_LENGTH_PREFIX)
    throw new ExpositionError('clientpb: invalid varint encountered');
  let length = 0;
  for (let i = prefix - 1; i >= 0; i--) length = length * 0x80 + (bytes[i]! & 0x7f);
  const total = prefix + length;
  if (total <= bytes.length) return total;
  throw new ExpositionError(
    `clientpb: insufficient length of buffer, expected at least ${total} bytes, got ${bytes.length} bytes`,
  );
}

/** How many bytes the varint takes; 0 when it does not end. */
function prefixLength(bytes: Uint8Array): number {
  const most = Math.min(bytes.length, LONGEST_VARINT);
  for (let i = 0; i < most; i++) if (bytes[i]! < 0x80) return i + 1;
  return 0;
}
