import { NO_ADDRESS, type SharedAddress, type SharedViews } from '@narthex/bytes';
import { type Matcher } from '@narthex/model';
import { type ControlBlock } from '../shared/control-block.js';
import { LABELS, PAIR, ROW } from '../shared/layout.js';
import { visitLeaves } from '../shared/leaf-list.js';
import { type RowFinder } from '../shared/row-table.js';
import { pairHasValue } from '../shared/shared-text.js';
import { hashText } from '../shared/text-hash.js';
import { IdList } from './id-list.js';
import { type PairTexts } from './pair-texts.js';

export interface SeriesFinderOptions {
  readonly views: SharedViews;
  readonly control: ControlBlock;
  readonly rows: RowFinder;
  readonly texts: PairTexts;
  /** Finds a pair, 0 for none, without going through the values of its name; for main, which has tables for that. */
  readonly findPair?: FindPair | undefined;
}

export type FindPair = (name: string, value: string) => SharedAddress;

/** What a matcher says about the pairs of its name, remembered pair by pair. */
interface Verdicts {
  readonly matcher: Matcher;
  readonly name: SharedAddress;
  /** Of series without the label. */
  readonly absent: boolean;
  readonly known: Map<SharedAddress, boolean>;
}

/**
 * Finds the series that pass a list of matchers: the shortest union of postings that one matcher allows is taken as
 * it is, the other matchers are put to the labels of those series.
 */
export class SeriesFinder {
  readonly #views: SharedViews;
  readonly #control: ControlBlock;
  readonly #rows: RowFinder;
  readonly #texts: PairTexts;
  readonly #findPair: FindPair | undefined;

  constructor({ views, control, rows, texts, findPair }: SeriesFinderOptions) {
    this.#views = views;
    this.#control = control;
    this.#rows = rows;
    this.#texts = texts;
    this.#findPair = findPair;
  }

  /** Ids of the series, ascending. Some of them may be newer than the reader's view, or gone. */
  find(matchers: readonly Matcher[]): IdList {
    let base: readonly SharedAddress[] | undefined;
    let baseSize = Infinity;
    let baseMatcher: Matcher | undefined;
    const open: Matcher[] = [];
    for (const matcher of matchers) {
      if (matcher.matchesEmpty || isOpenEnded(matcher)) {
        open.push(matcher);
        continue;
      }
      const pairs = this.#pairsOf(matcher);
      const size = pairs.reduce((sum, pair) => sum + this.#seriesCount(pair), 0);
      if (size < baseSize) {
        if (baseMatcher !== undefined) open.push(baseMatcher);
        base = pairs;
        baseSize = size;
        baseMatcher = matcher;
      } else {
        open.push(matcher);
      }
      if (baseSize === 0) return new IdList(0);
    }
    const ids = base === undefined ? this.#all() : this.#union(base);
    this.#filter(ids, open);
    return ids;
  }

  /** The pair of a series' labels that belongs to a name, or 0. */
  pairOf(row: SharedAddress, name: SharedAddress): SharedAddress {
    const block = this.#views.words(row)[this.#views.wordIndex(row) + ROW.labels]!;
    if (block === NO_ADDRESS) return NO_ADDRESS;
    return this.#pairIn(block, name);
  }

  #pairIn(block: SharedAddress, name: SharedAddress): SharedAddress {
    const words = this.#views.words(block);
    const at = this.#views.wordIndex(block);
    const end = at + LABELS.pairs + words[at + LABELS.length]!;
    for (let i = at + LABELS.pairs; i < end; i++) {
      if (this.#texts.nameOf(words[i]!) === name) return words[i]!;
    }
    return NO_ADDRESS;
  }

  #seriesCount(pair: SharedAddress): number {
    return this.#views.words(pair)[this.#views.wordIndex(pair) + PAIR.seriesCount]!;
  }

  /** The pairs that a matcher allows. */
  #pairsOf(matcher: Matcher): SharedAddress[] {
    if (matcher.type === '=' && this.#findPair !== undefined) {
      const pair = this.#findPair(matcher.name, matcher.value);
      return pair === NO_ADDRESS ? [] : [pair];
    }
    const name = this.#texts.findName(matcher.name);
    if (name === NO_ADDRESS) return [];
    if (matcher.type === '=') return this.#pairWith(name, matcher.value);
    const set = matcher.type === '=~' ? matcher.regexp!.setMatches : [];
    if (set.length > 0) return this.#pairsWith(name, set);
    const found: SharedAddress[] = [];
    this.#texts.eachPair(name, (pair) => {
      if (matcher.matches(this.#texts.value(pair))) found.push(pair);
    });
    return found;
  }

  #pairWith(name: SharedAddress, value: string): SharedAddress[] {
    const wanted = hashText(value, this.#control.hashSeed);
    const found: SharedAddress[] = [];
    this.#texts.eachPair(name, (pair, hash) => {
      if (hash === wanted && pairHasValue(this.#views, pair, value)) found.push(pair);
    });
    return found;
  }

  /** The pairs of a name with one of these values: hashes are compared before texts. */
  #pairsWith(name: SharedAddress, values: readonly string[]): SharedAddress[] {
    const wanted = new Map<number, string[]>();
    for (const value of values) {
      const hash = hashText(value, this.#control.hashSeed);
      wanted.set(hash, [...(wanted.get(hash) ?? []), value]);
    }
    const found: SharedAddress[] = [];
    this.#texts.eachPair(name, (pair, hash) => {
      if (wanted.get(hash)?.some((value) => pairHasValue(this.#views, pair, value))) found.push(pair);
    });
    return found;
  }

  #all(): IdList {
    const ids = new IdList();
    visitLeaves(this.#views, this.#control.allSeries, (words, from, to) => ids.pushAll(words, from, to));
    return ids;
  }

  #union(pairs: readonly SharedAddress[]): IdList {
    const ids = new IdList();
    for (const pair of pairs) {
      const first = Atomics.load(this.#views.words(pair), this.#views.wordIndex(pair) + PAIR.postings);
      visitLeaves(this.#views, first, (words, from, to) => ids.pushAll(words, from, to));
    }
    if (pairs.length > 1) ids.sortUnique();
    return ids;
  }

  #filter(ids: IdList, matchers: readonly Matcher[]): void {
    const verdicts = matchers.map((matcher): Verdicts => {
      const name = this.#texts.findName(matcher.name);
      return { matcher, name, absent: matcher.matchesEmpty, known: new Map() };
    });
    if (verdicts.length === 0) return;
    let kept = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids.ids[i]!;
      const row = this.#rows.find(id);
      if (row !== NO_ADDRESS && this.#passes(row, verdicts)) ids.ids[kept++] = id;
    }
    ids.length = kept;
  }

  #passes(row: SharedAddress, verdicts: readonly Verdicts[]): boolean {
    // Read once: the writer may take the series away in between.
    const block = this.#views.words(row)[this.#views.wordIndex(row) + ROW.labels]!;
    if (block === NO_ADDRESS) return false;
    for (let i = 0; i < verdicts.length; i++) {
      const { name, absent, known, matcher } = verdicts[i]!;
      const pair = name === NO_ADDRESS ? NO_ADDRESS : this.#pairIn(block, name);
      if (pair === NO_ADDRESS) {
        if (!absent) return false;
        continue;
      }
      let verdict = known.get(pair);
      if (verdict === undefined) {
        verdict = matcher.matches(this.#texts.value(pair));
        known.set(pair, verdict);
      }
      if (!verdict) return false;
    }
    return true;
  }
}

/** Matchers that nearly every value passes are cheaper put to the labels than to the index. */
function isOpenEnded(matcher: Matcher): boolean {
  return matcher.isNegative || (matcher.regexp?.matchesNonEmpty ?? false);
}
