import { type SharedAddress, type SharedViews } from '@narthex/bytes';
import { Labels } from '@narthex/model';
import { LABELS } from '../shared/layout.js';
import { type PairTexts } from './pair-texts.js';

/** The labels in a block of {@link LABELS}. */
export function readLabels(views: SharedViews, texts: PairTexts, block: SharedAddress): Labels {
  const words = views.words(block);
  const at = views.wordIndex(block);
  const length = words[at + LABELS.length]!;
  const pairs: string[] = [];
  for (let i = 0; i < length; i++) {
    const pair = words[at + LABELS.pairs + i]!;
    pairs.push(texts.name(texts.nameOf(pair)), texts.value(pair));
  }
  return Labels.fromSortedPairs(pairs);
}
