import { URLSearchParams } from 'node:url';

/** Puts a question to a server, over the data from `startMs` to `endMs`; gives the size of the answer. */
export async function ask(server, { query, stepS, hours }, { startMs, endMs, gzip = false }) {
  const endS = endMs / 1000;
  const fromS = hours === undefined ? startMs / 1000 : Math.max(startMs / 1000, endS - hours * 3600);
  const parameters =
    stepS === 0
      ? { query, time: endS }
      : { query, start: endS - Math.floor((endS - fromS) / stepS) * stepS, end: endS, step: stepS };
  const path = stepS === 0 ? 'query' : 'query_range';
  const response = await fetch(`${server.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'accept-encoding': gzip ? 'gzip' : 'identity' },
    body: new URLSearchParams({ ...parameters, nocache: 1 }),
  });
  let bytes = 0;
  let head = '';
  for await (const part of response.body) {
    if (bytes === 0) head = Buffer.from(part).toString('utf8', 0, 200);
    bytes += part.length;
  }
  if (!response.ok) throw new Error(`${server.name}: ${query}: ${head}`);
  return bytes;
}
