import { NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { addInterval, type Intervals, NO_INTERVALS } from '../samples/intervals.js';
import { TOMBSTONES } from '../shared/layout.js';

/** The deleted times of one series: what the block that its row points to says, which stands there as it came. */
export function deletedTimes(views: SharedViews, block: SharedAddress): Intervals {
  if (block === NO_ADDRESS) return NO_INTERVALS;
  const length = views.words(block)[views.wordIndex(block) + TOMBSTONES.length]!;
  const doubles = views.doubles(block);
  const from = views.doubleIndex(block) + (TOMBSTONES.intervals >>> 1);
  let intervals = NO_INTERVALS;
  for (let i = from; i < from + 2 * length; i += 2)
    intervals = addInterval(intervals, doubles[i]!, doubles[i + 1]!);
  return intervals;
}
