import { type SharedAddress, type SharedViews } from '@narthex/bytes';
import { type Labels } from '@narthex/model';
import { APPEND_OUTCOME, type AppendOutcome, type Exemplar } from '@narthex/storage';
import { type ExemplarRecord } from '@narthex/wal';
import { PairTexts } from '../read/pair-texts.js';
import { readLabels } from '../read/series-labels.js';
import { type ControlBlock } from '../shared/control-block.js';
import { ROW } from '../shared/layout.js';
import { EXEMPLAR_FAULT } from './exemplar-rules.js';
import { ExemplarStore } from './exemplar-store.js';

/** An exemplar of a transaction. */
export interface AddedExemplar {
  /** The series' number in the log. */
  readonly ref: number;
  readonly seriesLabels: Labels;
  readonly exemplar: Exemplar;
}

/** What the writer of the head has for exemplars. Nothing is taken while there is no room for any. */
export class HeadExemplars {
  readonly store = new ExemplarStore(0);
  readonly #views: SharedViews;
  readonly #control: ControlBlock;
  #texts: PairTexts | undefined;

  constructor(views: SharedViews, control: ControlBlock) {
    this.#views = views;
    this.#control = control;
  }

  get enabled(): boolean {
    return this.store.capacity > 0;
  }

  /** The labels of a series that is there. */
  labelsOf(row: SharedAddress): Labels {
    this.#texts ??= new PairTexts(this.#views, this.#control);
    const block = this.#views.words(row)[this.#views.wordIndex(row) + ROW.labels]!;
    return readLabels(this.#views, this.#texts, block);
  }

  /**
   * What is to be done with an exemplar of a series. One that is there already is accepted, and `isNew` false; one
   * whose labels are too long is `unsupported`.
   */
  judge(
    seriesLabels: Labels,
    exemplar: Exemplar,
  ): { readonly outcome: AppendOutcome; readonly isNew: boolean } {
    switch (this.store.judge(seriesLabels.key, exemplar)) {
      case EXEMPLAR_FAULT.none:
        return { outcome: APPEND_OUTCOME.accepted, isNew: true };
      case EXEMPLAR_FAULT.duplicate:
        return { outcome: APPEND_OUTCOME.accepted, isNew: false };
      case EXEMPLAR_FAULT.outOfOrder:
        return { outcome: APPEND_OUTCOME.outOfOrder, isNew: false };
      case EXEMPLAR_FAULT.tooLong:
        return { outcome: APPEND_OUTCOME.unsupported, isNew: false };
    }
  }

  /** Adds those of a transaction; how many there was nothing wrong with. */
  addAll(exemplars: readonly AddedExemplar[]): number {
    let added = 0;
    for (const { seriesLabels, exemplar } of exemplars) {
      if (this.store.add(seriesLabels, exemplar) === EXEMPLAR_FAULT.none) added++;
    }
    return added;
  }
}

export function recordOf({ ref, exemplar }: AddedExemplar): ExemplarRecord {
  const { timestampMs, value, labels } = exemplar;
  return { ref, timestampMs, value, labelPairs: labels.pairs() };
}
