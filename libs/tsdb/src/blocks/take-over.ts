import { type HeadReader } from '../read/head-reader.js';
import { type GivenJoin, type GivenSeries, type TakenSeries } from '../read/given-series.js';
import { JoinedSeriesSet } from './joined-series.js';
import { type ReaderBlocks } from './reader-blocks.js';
import { SeriesJoin } from './series-join.js';

/**
 * Series that another thread has selected, and whose view it holds open meanwhile; undefined when one of their blocks
 * is not in this thread's list.
 */
export function takeOver(
  head: HeadReader,
  blocks: ReaderBlocks,
  given: GivenSeries,
): TakenSeries | undefined {
  switch (given.from) {
    case 'head':
      return head.takeOver(given);
    case 'block':
      return blocks.takeOver(given);
    case 'join':
      return takeOverJoin(head, blocks, given);
  }
}

function takeOverJoin(head: HeadReader, blocks: ReaderBlocks, given: GivenJoin): TakenSeries | undefined {
  const parts: TakenSeries[] = [];
  const close = (): void => {
    for (const part of parts) part.close();
  };
  try {
    for (const one of given.parts) {
      const part = takeOver(head, blocks, one);
      if (part === undefined) {
        close();
        return undefined;
      }
      parts.push(part);
    }
  } catch (cause) {
    close();
    throw cause;
  }
  const sets = parts.map(({ set }) => set);
  return { set: new JoinedSeriesSet(sets, new SeriesJoin(given.join), given.newestFirst), close };
}
