const TOKENS = [
  ...'( ) { } [ ] , : @ + - * / % ^ = == != =~ !~ < <= > >= . # ; & ! ~ $ "'.split(' '),
  ...['a', 'b:c', 'sum', 'rate', 'topk', 'count_values', 'by', 'without', 'on', 'ignoring', 'group_left'],
  ...[
    'group_right',
    'bool',
    'and',
    'or',
    'unless',
    'atan2',
    'offset',
    'start()',
    'end()',
    'start',
    'inf',
    'NaN',
  ],
  ...['1', '0x1f', '1.5e3', '5m', '1h30m', '-', '1_000', '0x', '1e', '5x', '1m1h', '08', '.5', '1.', '١'],
  ...[
    '"text"',
    "'x'",
    '`raw`',
    '"\\n"',
    '"\\q"',
    '"open',
    '{a="b"}',
    '{"a b"}',
    '[5m]',
    '[5m:]',
    '[5m:1m]',
    '[]',
  ],
  ...[
    'time()',
    'step()',
    'min_of(1, 2)',
    'label_replace',
    'vector(1)',
    'é',
    'π',
    '\n',
    '# note\n',
    '\u0000',
    '😀',
  ],
];

/** Tokens in any order, most of which say nothing. */
export function tokenSoup(random) {
  const parts = Array.from({ length: random.integer(1, 8) }, () => random.pick(TOKENS));
  return parts.join(random.pick([' ', ' ', '']));
}

const DURATION_ATOMS = [
  '5m',
  '90s',
  '2',
  '0',
  '0.5',
  '1h30m',
  'step()',
  'range()',
  '300ms',
  '1e3',
  '0x10',
  '-1m',
  '1y',
  '1_000',
];

/** A duration with operators, as it may stand in brackets or, in parentheses, behind `offset`. */
function duration(random, depth) {
  if (depth <= 0 || random.chance(0.4)) return random.pick(DURATION_ATOMS);
  return random.weighted([
    [
      5,
      () =>
        `${duration(random, depth - 1)}${random.pick([' ', ''])}${random.pick([...'+-*/%^'])} ${duration(random, depth - 1)}`,
    ],
    [2, () => `(${duration(random, depth - 1)})`],
    [1, () => `${random.pick(['-', '+'])}${duration(random, depth - 1)}`],
  ])();
}

/** A selector with computed durations everywhere they may stand. */
export function computedDurations(random) {
  const range = random.weighted([
    [2, () => `[${duration(random, 3)}]`],
    [2, () => `[${duration(random, 2)}:${random.chance(0.6) ? duration(random, 2) : ''}]`],
    [1, () => ''],
  ])();
  const offset = random.chance(0.5) ? ` offset ${random.pick(['', '-', '+'])}(${duration(random, 2)})` : '';
  const simple = random.chance(0.3) ? ` offset ${duration(random, 1)}` : offset;
  const at = random.chance(0.2) ? ` @ ${random.pick(['start()', 'end()', '5', '-1.5', '1e3'])}` : '';
  return `${random.pick(['a', 'a{b="c"}', 'rate(a[5m])', '(a + b)'])}${range}${random.chance(0.5) ? simple + at : at + simple}`;
}
