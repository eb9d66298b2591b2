// Rounds of one question put to several servers in turn, and the table that comes of them.
import { writeFileSync } from 'node:fs';
import { cpuSeconds, residentMib } from '../ingest/process-figures.mjs';

const COLUMNS = new Map([
  ['narthex', 'ours'],
  ['prometheus', 'theirs'],
  ['victoria-metrics', 'VM'],
]);

/** Time, CPU and peak memory of something asked of a server so many times in a row. */
async function measured(server, work, times) {
  resetPeak(server.child.pid);
  const cpu0 = cpuSeconds(server.child.pid);
  const at = performance.now();
  let bytes = 0;
  for (let i = 0; i < times; i++) bytes = await work(server);
  const ms = (performance.now() - at) / times;
  const cpu = (cpuSeconds(server.child.pid) - cpu0) / times;
  return { ms, cpu, bytes, peak: residentMib(server.child.pid).peak };
}

/** From here on, the system's peak of resident memory is that of what follows (see proc(5), `clear_refs`). */
function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const rounded = (value, places) => Math.round(value * 10 ** places) / 10 ** places;

/** A row of the table: the order of the servers changes from round to round. */
export async function compare(servers, name, rounds, work, times = 1) {
  const runs = new Map(servers.map((server) => [server, []]));
  for (const server of servers) await work(server);
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? servers : [...servers].reverse();
    for (const server of order) runs.get(server).push(await measured(server, work, times));
  }
  const row = { name };
  for (const server of servers) {
    const list = runs.get(server);
    const short = COLUMNS.get(server.name);
    row[`${short} ms`] = rounded(median(list.map(({ ms }) => ms)), 1);
    row[`${short} CPU ms`] = rounded(mean(list.map(({ cpu }) => cpu)) * 1000, 1);
    row[`${short} peak MiB`] = Math.round(Math.max(...list.map(({ peak }) => peak)));
    if (short === 'ours') row['kB'] = Math.round(list[0].bytes / 1000);
  }
  for (const other of ['theirs', 'VM']) {
    for (const [what, least] of [
      ['ms', 0.1],
      ['CPU ms', 0.5],
      ['peak MiB', 1],
    ]) {
      const ours = row[`ours ${what}`];
      const others = row[`${other} ${what}`];
      if (ours !== undefined && others !== undefined)
        row[`${what}/${other}`] = rounded(Math.max(ours, least) / Math.max(others, least), 2);
    }
  }
  return row;
}

export function printRows(rows) {
  console.table(
    Object.fromEntries(
      rows.map((row) => [
        row.name,
        Object.fromEntries(
          Object.entries(row).filter(([key]) => key !== 'name' && !key.endsWith('peak MiB')),
        ),
      ]),
    ),
  );
  for (const other of ['theirs', 'VM']) {
    const ratios = ['ms', 'CPU ms'].map((what) => {
      const list = rows.map((row) => row[`${what}/${other}`]).filter((ratio) => ratio !== undefined);
      if (list.length === 0) return undefined;
      const worst = rows.reduce((a, b) =>
        (b[`${what}/${other}`] ?? 0) > (a[`${what}/${other}`] ?? 0) ? b : a,
      );
      const geometric = Math.exp(mean(list.map(Math.log)));
      const above = rows
        .filter((row) => row[`${what}/${other}`] > 1)
        .map((row) => `${row.name} ${row[`${what}/${other}`]}`);
      return `${what} ${geometric.toFixed(2)} (worst: ${worst.name} ${worst[`${what}/${other}`]}; above 1: ${above.join(', ') || 'none'})`;
    });
    if (ratios[0] !== undefined) console.log(`geometric means beside ${other}: ${ratios.join('; ')}`);
  }
  const heaviest = (short) => Math.max(...rows.map((row) => row[`${short} peak MiB`] ?? 0));
  const peaks = [...COLUMNS.values()].filter((short) => heaviest(short) > 0);
  console.log(`peak memory: ${peaks.map((short) => `${short} ${heaviest(short)} MiB`).join(', ')}`);
}
