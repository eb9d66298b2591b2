import { type SharedViews } from '@narthex/bytes';
import { type DecodeKernel } from '@narthex/chunks';
import { type ControlBlock } from '../shared/control-block.js';
import { type ChunkWindows } from '../head-disk/chunk-windows.js';
import { type RowFinder } from '../shared/row-table.js';
import { type PairTexts } from './pair-texts.js';
import { type Pins } from './pins.js';
import { type SeriesFinder } from './series-finder.js';

/** What the queriers of one thread share. */
export interface ReaderParts {
  readonly views: SharedViews;
  readonly control: ControlBlock;
  readonly rows: RowFinder;
  readonly texts: PairTexts;
  readonly finder: SeriesFinder;
  readonly pins: Pins;
  readonly kernel: DecodeKernel;
  /** Reads chunks that are on disk; undefined when none ever are. */
  readonly windows: ChunkWindows | undefined;
  readonly counters: ReaderCounters;
}

export interface ReaderCounters {
  selects: number;
  /** Selects that had to move on to a newer commit, because two had passed over one of their series. */
  restarts: number;
  /** Selects that gave up on that and took a looser view. */
  overtaken: number;
}
