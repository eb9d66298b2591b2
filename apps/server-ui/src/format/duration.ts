/**
 * Durations as Prometheus writes them (https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations),
 * in milliseconds.
 */

const unitsMs = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const pattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** `1h30m` → 5400000; a bare number counts seconds. Undefined when it is not a positive duration. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return positive(Math.round(Number(trimmed) * 1000));
  const match = trimmed === '' ? null : pattern.exec(trimmed);
  if (match === null) return undefined;
  return positive(
    unitsMs.reduce((sum, [, sizeMs], index) => sum + Number(match[index + 1] ?? 0) * sizeMs, 0),
  );
}

function positive(durationMs: number): number | undefined {
  return durationMs > 0 && Number.isSafeInteger(durationMs) ? durationMs : undefined;
}

/** 5400000 → `1h30m`. Years and weeks only where they come out even, as upstream prints them. */
export function formatDuration(durationMs: number): string {
  let rest = Math.round(durationMs);
  if (rest <= 0) return '0s';
  let text = '';
  for (const [unit, sizeMs] of unitsMs) {
    const evenOnly = unit === 'y' || unit === 'w';
    if (evenOnly && rest % sizeMs !== 0) continue;
    const count = Math.floor(rest / sizeMs);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * sizeMs;
  }
  return text;
}

/** For reading: two units at most, `2h 5m`, `3.42s`, `812ms`, `41.2µs`. */
export function humanizeDuration(durationMs: number): string {
  const size = Math.abs(durationMs);
  const sign = durationMs < 0 ? '-' : '';
  if (size === 0) return '0s';
  if (size < 1) return `${sign}${significant(size * 1000)}µs`;
  if (size < 1000) return `${sign}${significant(size)}ms`;
  if (size < 60_000) return `${sign}${significant(size / 1000)}s`;
  const readable = unitsMs.filter(([unit]) => unit !== 'w' && unit !== 'ms');
  const first = readable.findIndex(([, sizeMs]) => size >= sizeMs);
  const [unit, sizeMs] = readable[first] ?? unitsMs[5];
  const [nextUnit, nextSizeMs] = readable[first + 1] ?? unitsMs[5];
  const count = Math.floor(size / sizeMs);
  const nextCount = Math.floor((size - count * sizeMs) / nextSizeMs);
  return nextCount === 0 ? `${sign}${count}${unit}` : `${sign}${count}${unit} ${nextCount}${nextUnit}`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
