// Targets to scrape: node targets.mjs TARGETS SERIES_PER_TARGET [FIRST_PORT_HINT]
// Prints its address as a line of JSON. One process serves all targets, on one port, as /0, /1, …
// A body is made once; a scrape writes new digits into it, so that serving costs next to nothing.
import { createServer } from 'node:http';

const [targets, series] = process.argv.slice(2).map(Number);
const WIDTH = 12;

/** Half of the series count up, a quarter goes up and down with decimals, a quarter stays. */
function makeBody(target) {
  const lines = [];
  const places = [];
  let length = 0;
  const perMetric = 50;
  for (let i = 0; i < series; i++) {
    const metric = Math.floor(i / perMetric);
    if (i % perMetric === 0) {
      const kind = ['counter', 'counter', 'gauge', 'gauge'][metric % 4];
      const head = `# HELP bench_metric_${metric} A number of the bench.\n# TYPE bench_metric_${metric} ${kind}\n`;
      lines.push(head);
      length += head.length;
    }
    const labels = `{instance_kind="bench",mode="mode_${i % 5}",device="device_${i % perMetric}",shard="${target % 7}"} `;
    const text = `bench_metric_${metric}${labels}${'1'.padEnd(WIDTH, '0')}\n`;
    const start = length + text.length - 1 - WIDTH;
    if (metric % 4 < 2) places.push({ start, kind: 0, value: 1e11 + i * 1000, step: 1 + (i % 97) });
    else if (metric % 4 === 2) places.push({ start, kind: 1, value: 0, step: 1 + (i % 13) });
    lines.push(text);
    length += text.length;
  }
  return { bytes: Buffer.from(lines.join(''), 'latin1'), places };
}

function refresh({ bytes, places }) {
  for (const place of places) {
    place.value += place.step;
    // Gauges: six digits, a point, five digits.
    const digits = place.kind === 0 ? place.value : 1e10 + ((place.value * 7919) % 1e10);
    let rest = digits;
    for (let at = place.start + WIDTH - 1; at >= place.start; at--) {
      if (place.kind === 1 && at === place.start + 6) {
        bytes[at] = 0x2e;
        continue;
      }
      const next = Math.floor(rest / 10);
      bytes[at] = 0x30 + (rest - next * 10);
      rest = next;
    }
  }
}

const bodies = Array.from({ length: targets }, (_, target) => makeBody(target));
const server = createServer((request, response) => {
  const body = bodies[Number(request.url.slice(1))];
  if (body === undefined) {
    response.writeHead(404).end();
    return;
  }
  refresh(body);
  response.writeHead(200, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'content-length': body.bytes.length,
  });
  response.end(Buffer.from(body.bytes));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
