const PIECES = [
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  '5m',
  ' by ',
  ' offset ',
  '@',
  '==',
  'x',
  '+',
  '0x',
  '\\',
  ':',
  ' bool ',
];

/** The text with a few characters taken out, put in or doubled: to compare what parsers say of it. */
export function broken(random, { type, text }) {
  let changed = text;
  for (let i = random.integer(1, 2); i > 0; i--) {
    const at = random.integer(0, changed.length);
    const end = at + random.integer(0, 3);
    changed = changed.slice(0, at) + (random.chance(0.6) ? random.pick(PIECES) : '') + changed.slice(end);
  }
  return { type, text: changed, parts: [] };
}
