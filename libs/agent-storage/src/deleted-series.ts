import { type SharedAddress } from '@narthex/bytes';
import { RefMap } from './ref-map.js';
import { type SeriesTable } from './series-table.js';

/** Stands for labels that are not kept. */
const NO_LABELS = 1;

/** Series that went at the same time. */
interface Generation {
  /** The last segment that may have samples of them. */
  readonly segment: number;
  /** Where their labels are, where those are kept. */
  readonly refs: RefMap;
}

/**
 * Series that are gone, as long as the log has samples of them: until then a checkpoint has to name them, or those who
 * read the log would meet samples of nobody.
 */
export class DeletedSeries {
  readonly #table: SeriesTable;
  readonly #keepsLabels: boolean;
  readonly #generations: Generation[] = [];

  /** @param keepsLabels whether labels are asked for: checkpoints that are not made out of the log need them */
  constructor(table: SeriesTable, keepsLabels: boolean) {
    this.#table = table;
    this.#keepsLabels = keepsLabels;
  }

  get size(): number {
    return this.#generations.reduce((sum, { refs }) => sum + refs.size, 0);
  }

  /** What comes with {@link add} from now on may be mentioned up to this segment. */
  begin(segment: number): void {
    this.#generations.push({ segment, refs: new RefMap() });
  }

  /** Takes over a series' number, and its labels. */
  add(ref: number, labels: SharedAddress): void {
    this.#generations.at(-1)!.refs.set(ref, this.#keepsLabels ? labels : NO_LABELS);
    if (!this.#keepsLabels) this.#table.releaseLabels(labels);
  }

  /** As {@link add}, of a number whose series has another one and keeps its labels. */
  addNamed(ref: number, labels: Uint8Array): void {
    this.#generations.at(-1)!.refs.set(ref, this.#keepsLabels ? this.#table.keepLabels(labels) : NO_LABELS);
  }

  /** Whether segments behind this one may have samples of the series. */
  isMentionedBehind(ref: number, segment: number): boolean {
    return this.#generations.some(
      (generation) => generation.segment > segment && generation.refs.get(ref) !== 0,
    );
  }

  /** The numbers of the series that segments behind this one may have samples of. */
  *refsBehind(segment: number): Generator<number> {
    for (const generation of this.#generations.filter((each) => each.segment > segment)) {
      for (const [ref] of generation.refs.entries()) yield ref;
    }
  }

  /** As {@link refsBehind}, with their labels; only where labels are kept. */
  *behind(segment: number): Generator<readonly [ref: number, labels: Uint8Array]> {
    for (const generation of this.#generations.filter((each) => each.segment > segment)) {
      for (const [ref, labels] of generation.refs.entries()) yield [ref, this.#table.labelsAt(labels)];
    }
  }

  /** The segments up to this one are gone. */
  forgetUpTo(segment: number): void {
    const kept = this.#generations.filter((generation) => generation.segment > segment);
    const gone = this.#generations.filter((generation) => generation.segment <= segment);
    this.#generations.splice(0, Infinity, ...kept);
    if (!this.#keepsLabels) return;
    for (const { refs } of gone) for (const [, labels] of refs.entries()) this.#table.releaseLabels(labels);
  }
}
