const axisSuffixes = [
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A tick of the value axis, `1.5k`, precise enough that neighbours `incrementSize` apart differ. */
export function formatAxisValue(value: number, incrementSize: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e18 || incrementSize < 1e-6) return value.toExponential(2).replace('e+', 'e');
  // In full where the steps are small: 1001 and 1002 rather than 1.001k and 1.002k.
  const [divisor, suffix] = axisSuffixes.find(([limit]) => size >= limit && incrementSize >= limit / 100) ?? [
    1,
    '',
  ];
  const decimals = Math.max(0, Math.ceil(-Math.log10(incrementSize / divisor) - 1e-9));
  return `${(value / divisor).toFixed(Math.min(decimals, 10))}${suffix}`;
}

/** A value to read at a glance: up to six significant digits, thousands grouped. */
export function formatGlance(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(4).replace('e+', 'e');
  if (size >= 1e5) return value.toLocaleString('en-US', { maximumFractionDigits: size >= 1e7 ? 0 : 2 });
  return String(Number(value.toPrecision(6)));
}

/** 12345 → `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 series`, `2 targets`: the plural is given where it is not simply an s more. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** 1536 → `1.5 KiB`. */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = sizeBytes;
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${Number(size.toPrecision(4))} ${units[unit] ?? 'B'}`;
}

/** Parses a sample's value as the API sends it, `+Inf` and `NaN` included. */
export function parseSampleValue(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return Number(text);
}
