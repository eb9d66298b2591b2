/** Headers that clients look at. */
const HEADERS = [
  'content-type',
  'content-encoding',
  'allow',
  'location',
  'vary',
  'cache-control',
  'www-authenticate',
  'x-content-type-options',
  'x-prometheus-stopping',
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-expose-headers',
];

/**
 * What differs between two answers: `kind` is `status`, `header`, `key`, `type`, `value` or `text`, `detail` is
 * `where: ours | theirs`. Values whose place `volatile` matches are compared by type only.
 */
export function compareHttp(ours, theirs, { volatile = /^$/, unordered = /^$/ } = {}) {
  const found = [];
  const note = (kind, where, a, b) => found.push({ kind, detail: `${where}: ${shown(a)} | ${shown(b)}` });
  if (ours.status !== theirs.status)
    note(
      'status',
      'status',
      `${ours.status} ${ours.text.slice(0, 200)}`,
      `${theirs.status} ${theirs.text.slice(0, 200)}`,
    );
  for (const name of HEADERS) {
    if (ours.headers[name] !== theirs.headers[name])
      note('header', name, ours.headers[name], theirs.headers[name]);
  }
  const [a, b] = [jsonOf(ours), jsonOf(theirs)];
  if (a === undefined || b === undefined) {
    if (!volatile.test('') && ours.text !== theirs.text)
      note('text', 'body', ours.text.slice(0, 400), theirs.text.slice(0, 400));
  } else compareJson('', a, b, { volatile, unordered, note });
  return found;
}

function compareJson(path, a, b, rules) {
  const { volatile, unordered, note } = rules;
  if (typeOf(a) !== typeOf(b)) note('type', path, a, b);
  else if (Array.isArray(a)) {
    if (volatile.test(path)) return;
    const [mine, other] = unordered.test(path) ? [sorted(a), sorted(b)] : [a, b];
    if (mine.length !== other.length) note('value', `${path} length`, mine.length, other.length);
    for (let i = 0; i < Math.min(mine.length, other.length); i++)
      compareJson(`${path}/${i}`, mine[i], other[i], rules);
  } else if (typeOf(a) === 'object') {
    if (volatile.test(path)) return;
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (!Object.hasOwn(a, key) || !Object.hasOwn(b, key)) note('key', `${path}/${key}`, a[key], b[key]);
      else compareJson(`${path}/${key}`, a[key], b[key], rules);
    }
  } else if (a !== b && !volatile.test(path)) note('value', path, a, b);
}

function jsonOf({ headers, text }) {
  if (!/json/.test(headers['content-type'] ?? '') && !/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'latin1').toString());
  } catch {
    return undefined;
  }
}

function typeOf(value) {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function sorted(list) {
  return [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function shown(value) {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
