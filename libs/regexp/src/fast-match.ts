import { isAscii, type Glob } from './globs.js';

/** `unsure`: the value holds what this road does not treat (folding beyond ASCII, a newline); ask the engine. */
type Verdict = boolean | 'unsure';
export type FastMatch = (value: string) => Verdict;

/** With more globs than this one pass of the engine is cheaper than one attempt each. */
const maxGlobsWithGaps = 32;

/** A matcher that needs no engine, or undefined where the globs are too many. */
export function fastMatch(globs: readonly Glob[]): FastMatch | undefined {
  const literals = globs.filter((glob) => glob.gaps.length === 0);
  const gapped = globs.filter((glob) => glob.gaps.length > 0);
  if (gapped.length > maxGlobsWithGaps) return undefined;

  const exact = new Set<string>();
  const folded = new Set<string>();
  for (const glob of literals) {
    const text = glob.pieces[0] ?? '';
    (glob.letters === 'fold' ? folded : exact).add(text);
  }
  const anyFold = globs.some((glob) => glob.letters === 'fold');
  const anyNoNewline = globs.some((glob) => glob.noNewline);
  const whole = gapped.find((glob) => glob.pieces.every((piece) => piece === '') && !glob.noNewline);

  if (gapped.length === 0 && !anyFold) return exactMatch(exact);
  if (whole !== undefined && globs.length === 1) {
    return whole.gaps[0] === 0 ? () => true : (value) => value.length > 0;
  }
  const attempts = gapped.map((glob) => ({ glob, match: gapMatch(glob) }));
  return (value) => {
    if (exact.has(value)) return true;
    let lower = value;
    if (anyFold) {
      if (!isAscii(value)) return 'unsure';
      lower = value.toLowerCase();
      if (folded.has(lower)) return true;
    }
    if (anyNoNewline && value.includes('\n')) return 'unsure';
    for (const { glob, match } of attempts) {
      if (match(glob.letters === 'fold' ? lower : value)) return true;
    }
    return false;
  };
}

function exactMatch(literals: ReadonlySet<string>): FastMatch {
  if (literals.size !== 1) return (value) => literals.has(value);
  const [only] = literals;
  return (value) => value === only;
}

function gapMatch(glob: Glob): (value: string) => boolean {
  const { pieces, gaps } = glob;
  const prefix = pieces[0] ?? '';
  const suffix = pieces.at(-1) ?? '';
  const lastGap = gaps.at(-1) ?? 0;
  return (value) => {
    if (!value.startsWith(prefix) || !value.endsWith(suffix)) return false;
    let position = prefix.length;
    // The leftmost place for each inner piece leaves the most room for the next.
    for (let index = 1; index < pieces.length - 1; index++) {
      const piece = pieces[index] ?? '';
      const found = value.indexOf(piece, position + (gaps[index - 1] ?? 0));
      if (found < 0) return false;
      position = found + piece.length;
    }
    return value.length - suffix.length >= position + lastGap;
  };
}
