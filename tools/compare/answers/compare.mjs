/** Values may differ by this share, as upstream's own tests allow far more than that. */
const TOLERANCE = 1e-9;
/** Upstream shows so many notes of a kind, which ones is by chance. */
const MOST_NOTES = 10;

/**
 * What differs between two answers to the same question, as a list of `{ kind, detail }`; empty when nothing does.
 * `ordered` says that the order of the elements means something.
 */
export function compareAnswers(ours, theirs, { ordered }) {
  if (ours.body === undefined || theirs.body === undefined) {
    return [{ kind: 'json', detail: `no JSON: ${ours.text.slice(0, 200)} | ${theirs.text.slice(0, 200)}` }];
  }
  const found = [];
  const note = (kind, detail) => found.push({ kind, detail });
  if (ours.status !== theirs.status) note('status', `${ours.status} | ${theirs.status}`);
  const [a, b] = [ours.body, theirs.body];
  if (a.status !== b.status || a.errorType !== b.errorType || a.error !== b.error) {
    note('error', `${a.errorType}: ${a.error} | ${b.errorType}: ${b.error}`);
  }
  if (a.data !== undefined && b.data !== undefined) compareData(a.data, b.data, ordered, note);
  // An error comes without the notes that the answer would have had.
  if (a.status === b.status)
    for (const kind of ['warnings', 'infos']) compareNotes(kind, a[kind] ?? [], b[kind] ?? [], note);
  // Notes come in the order of a Go map.
  const noted = [a.warnings, a.infos].some((notes) => notes?.length > 1);
  if (found.length === 0 && ordered && !noted && ours.text !== theirs.text && !hasRoundedValues(a, b)) {
    note('bytes', firstDifference(ours.text, theirs.text));
  }
  return found;
}

function compareData(a, b, ordered, note) {
  if (a.resultType !== b.resultType) {
    note('type', `${a.resultType} | ${b.resultType}`);
    return;
  }
  if (a.resultType === 'scalar' || a.resultType === 'string') {
    compareSample('', a.result, b.result, note);
    return;
  }
  const theirs = new Map(b.result.map((element) => [keyOf(element), element]));
  const missing = new Set(theirs.keys());
  for (const element of a.result) {
    const key = keyOf(element);
    missing.delete(key);
    const other = theirs.get(key);
    if (other === undefined) note('extra series', key);
    else compareElement(key, element, other, note);
  }
  for (const key of missing) note('missing series', key);
  const order = (list) => list.map(keyOf).join(' ');
  if (missing.size === 0 && ordered && order(a.result) !== order(b.result)) {
    note('order', `${order(a.result).slice(0, 300)} | ${order(b.result).slice(0, 300)}`);
  }
}

const keyOf = ({ metric }) => JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));

function compareElement(key, a, b, note) {
  if (a.value !== undefined || b.value !== undefined) compareSample(key, a.value, b.value, note);
  if (a.histogram !== undefined || b.histogram !== undefined)
    compareSample(key, a.histogram, b.histogram, note);
  for (const field of ['values', 'histograms']) {
    const [mine, other] = [a[field] ?? [], b[field] ?? []];
    if (mine.length !== other.length) {
      note('points', `${key}: ${mine.length} | ${other.length} ${field}`);
      continue;
    }
    for (let i = 0; i < mine.length; i++) if (!compareSample(key, mine[i], other[i], note)) break;
  }
}

function compareSample(key, a, b, note) {
  const same = a !== undefined && b !== undefined && a[0] === b[0] && sameValue(a[1], b[1]);
  if (!same) note('value', `${key}: ${JSON.stringify(a)} | ${JSON.stringify(b)}`);
  return same;
}

function sameValue(a, b) {
  if (typeof a === 'object' && typeof b === 'object') return sameHistogram(a, b);
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  // The same number has one text only.
  if (x === y && !Object.is(x, y)) return true;
  return x !== y && Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

function sameHistogram(a, b) {
  if (!sameValue(a.count, b.count) || !sameValue(a.sum, b.sum)) return false;
  const [mine, other] = [a.buckets ?? [], b.buckets ?? []];
  return (
    mine.length === other.length &&
    mine.every((bucket, i) =>
      bucket.every((part, at) => (at === 0 ? part === other[i][0] : sameValue(part, other[i][at]))),
    )
  );
}

function numberOf(text) {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function compareNotes(kind, a, b, note) {
  if (a.length > MOST_NOTES && b.length > MOST_NOTES) {
    if (a.at(-1) !== b.at(-1)) note(kind, `${a.at(-1)} | ${b.at(-1)}`);
    return;
  }
  const [mine, other] = [[...a].sort(), [...b].sort()];
  if (JSON.stringify(mine) !== JSON.stringify(other)) note(kind, `${mine.join('; ')} | ${other.join('; ')}`);
}

/** True when the last digits of some value differ: then the bytes have to. */
function hasRoundedValues(a, b) {
  return JSON.stringify(numbersOf(a.data)) !== JSON.stringify(numbersOf(b.data));
}

function numbersOf(data) {
  if (data === undefined) return [];
  if (!Array.isArray(data.result) || data.resultType === 'scalar' || data.resultType === 'string')
    return data.result;
  return data.result.map(({ value, values, histogram, histograms }) => [
    value,
    values,
    histogram,
    histograms,
  ]);
}

function firstDifference(a, b) {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const around = (text) => text.slice(Math.max(0, at - 60), at + 60);
  return `at ${at}: ${around(a)} | ${around(b)}`;
}
