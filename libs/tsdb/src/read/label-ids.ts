import { IdMap } from '../blocks/id-map.js';
import { type LabelIds, LabelIdsWriter, type TextIds } from '../blocks/text-ids.js';
import { LABELS, ROW } from '../shared/layout.js';
import { type Descriptors } from './descriptors.js';
import { type ReaderParts } from './reader-parts.js';

/** The labels of series of the head as ids of texts. */
export function headLabelIds(
  { views, texts: pairTexts }: ReaderParts,
  descriptors: Descriptors,
  texts: TextIds,
): LabelIds {
  const labels = new LabelIdsWriter(descriptors.length);
  // The pairs by their addresses, numbered as they come.
  const pairs = new IdMap();
  const names: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < descriptors.length; i++) {
    const block = descriptors.word(i, ROW.labels);
    const words = views.words(block);
    const at = views.wordIndex(block) + LABELS.pairs;
    const end = at + words[at - LABELS.pairs + LABELS.length]!;
    for (let place = at; place < end; place++) {
      const pair = words[place]!;
      let known = pairs.get(pair);
      if (known < 0) {
        known = names.length;
        pairs.add(pair, known);
        names.push(texts.id(pairTexts.name(pairTexts.nameOf(pair))));
        values.push(texts.id(pairTexts.value(pair)));
      }
      labels.add(names[known]!, values[known]!);
    }
    labels.close();
  }
  return labels;
}
