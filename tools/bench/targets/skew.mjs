// How far scrapes are off their grid.

/**
 * For every target the distance of each scrape from the grid that its scrapes make: a grid of the interval, laid where
 * most of them are.
 */
export function skews(arrivalsByTarget, intervalMs) {
  const off = [];
  let missed = 0;
  for (const times of arrivalsByTarget) {
    if (times.length < 3) continue;
    const from = times[0];
    const phases = times.map((time) => centred(time - from, intervalMs)).sort((a, b) => a - b);
    const phase = phases[Math.floor(phases.length / 2)];
    for (const time of times) off.push(Math.abs(centred(time - from - phase, intervalMs)));
    missed += Math.max(0, Math.round((times.at(-1) - from) / intervalMs) + 1 - times.length);
  }
  off.sort((a, b) => a - b);
  const at = (share) => off[Math.min(off.length - 1, Math.floor(off.length * share))] ?? 0;
  return { scrapes: off.length, missed, p50: at(0.5), p99: at(0.99), max: off.at(-1) ?? 0 };
}

/** The distance from the nearest multiple, with its sign. */
function centred(value, step) {
  return value - Math.round(value / step) * step;
}
