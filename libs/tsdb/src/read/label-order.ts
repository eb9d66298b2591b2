import { type SharedAddress, type SharedViews } from '@narthex/bytes';
import { compareText } from '@narthex/model';
import { LABELS, ROW } from '../shared/layout.js';
import { type Descriptors } from './descriptors.js';
import { type PairTexts } from './pair-texts.js';

/**
 * The places of the series in the order of their labels. Every pair that occurs gets its rank among them first, so
 * that series are then compared by numbers alone.
 */
export function orderByLabels(views: SharedViews, texts: PairTexts, descriptors: Descriptors): Uint32Array {
  const count = descriptors.length;
  const ranks = rankPairs(views, texts, descriptors);
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const block = descriptors.word(i, ROW.labels);
    starts[i + 1] = starts[i]! + views.words(block)[views.wordIndex(block) + LABELS.length]!;
  }
  const keys = new Uint32Array(starts[count]!);
  for (let i = 0; i < count; i++) {
    let to = starts[i]!;
    eachPair(views, descriptors.word(i, ROW.labels), (pair) => (keys[to++] = ranks.get(pair)!));
  }
  const places = Uint32Array.from({ length: count }, (_, place) => place);
  return places.sort((a, b) => {
    const lengthA = starts[a + 1]! - starts[a]!;
    const lengthB = starts[b + 1]! - starts[b]!;
    const shorter = Math.min(lengthA, lengthB);
    for (let i = 0; i < shorter; i++) {
      const order = keys[starts[a]! + i]! - keys[starts[b]! + i]!;
      if (order !== 0) return order;
    }
    return lengthA - lengthB;
  });
}

function rankPairs(
  views: SharedViews,
  texts: PairTexts,
  descriptors: Descriptors,
): Map<SharedAddress, number> {
  const ranks = new Map<SharedAddress, number>();
  for (let i = 0; i < descriptors.length; i++) {
    eachPair(views, descriptors.word(i, ROW.labels), (pair) => ranks.set(pair, 0));
  }
  const pairs = [...ranks.keys()].map((pair) => ({
    pair,
    name: texts.name(texts.nameOf(pair)),
    value: texts.value(pair),
  }));
  pairs.sort((a, b) => compareText(a.name, b.name) || compareText(a.value, b.value));
  pairs.forEach(({ pair }, rank) => ranks.set(pair, rank));
  return ranks;
}

function eachPair(views: SharedViews, block: SharedAddress, visit: (pair: SharedAddress) => void): void {
  const words = views.words(block);
  const at = views.wordIndex(block);
  const end = at + LABELS.pairs + words[at + LABELS.length]!;
  for (let i = at + LABELS.pairs; i < end; i++) visit(words[i]!);
}
