import { expect, test } from '@jest/globals';
import { Labels, LabelsBuilder } from '@narthex/model';
import fc from 'fast-check';
import { sortedLabels, withLabel } from './sorted-labels.js';

const entries = fc.array(
  fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), fc.string({ maxLength: 2 })),
);

test('as the builder of labels does', () => {
  fc.assert(
    fc.property(
      entries,
      fc.string({ minLength: 1, maxLength: 2 }),
      fc.string({ maxLength: 1 }),
      (given, name, value) => {
        const labels = sortedLabels(new Map(given));
        expect(labels.pairs()).toEqual(Labels.of(given).pairs());
        expect(withLabel(labels, name, value).pairs()).toEqual(
          new LabelsBuilder(labels).set(name, value).labels().pairs(),
        );
      },
    ),
  );
});
