// The kinds of targets: how many of a thousand there are, and how each answers.

const HUGE_LINES = 20_000;

/** Of every thousand targets; the rest is healthy. */
const SHARES = { slow: 40, silent: 20, dead: 40, huge: 5, malformed: 40, flapping: 60 };

/** The kind of each target, spread evenly and always the same. */
export function kindsOf(count) {
  const kinds = Array(count).fill('healthy');
  let at = 0;
  for (const [kind, share] of Object.entries(SHARES)) {
    const wanted = Math.max(1, Math.round((count * share) / 1000));
    for (let i = 0; i < wanted; i++) {
      // A step without a common factor with the count comes by every target.
      do at = (at + 617) % count;
      while (kinds[at] !== 'healthy');
      kinds[at] = kind;
    }
  }
  return kinds;
}

function bodyOf(lines, prefix) {
  let text = '';
  for (let i = 0; i < lines; i++) {
    if (i % 50 === 0) text += `# HELP ${prefix}_${i / 50} A number.\n# TYPE ${prefix}_${i / 50} counter\n`;
    text += `${prefix}_${Math.floor(i / 50)}{mode="mode_${i % 5}",device="device_${i % 50}"} ${i}\n`;
  }
  return Buffer.from(text);
}

const HEALTHY = bodyOf(100, 'target');
const HUGE = bodyOf(HUGE_LINES, 'huge');
const MALFORMED = [
  Buffer.from('fine 1\n%%% no metrics\n'),
  Buffer.from('fine{a="b} 1\n'),
  Buffer.from([0, 1, 2, 255, 254]),
];
const HEAD = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
/** So many answers of a flapping target are good, and then as many are not. */
const FLAP = 4;

/** Answers one scrape, the nth of its target. */
export function answer(kind, n, intervalMs, response) {
  const send = (body) => response.writeHead(200, { ...HEAD, 'content-length': body.length }).end(body);
  switch (kind) {
    case 'slow':
      // In time every second time.
      setTimeout(() => send(HEALTHY), intervalMs * (n % 2 === 0 ? 0.7 : 1.2)).unref();
      break;
    case 'silent':
      break;
    case 'huge':
      send(HUGE);
      break;
    case 'malformed':
      send(MALFORMED[n % MALFORMED.length]);
      break;
    case 'flapping':
      if (Math.floor(n / FLAP) % 2 === 0) send(HEALTHY);
      else if (n % 2 === 0) response.writeHead(503).end('not now');
      else response.socket.destroy();
      break;
    default:
      send(HEALTHY);
  }
}
