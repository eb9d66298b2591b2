const UNITS_MS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `2h30m` → 9000000. Undefined when it is no positive duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text.replaceAll(' ', ''));
  if (match === null) return undefined;
  const durationMs = UNITS_MS.reduce((sum, [, sizeMs], i) => sum + Number(match[i + 1] ?? 0) * sizeMs, 0);
  return durationMs > 0 ? durationMs : undefined;
}

/** 9000000 → `2h 30m`; what is below a second is left out. */
export function formatDuration(durationMs: number): string {
  let restMs = Math.max(0, durationMs);
  const parts: string[] = [];
  for (const [unit, sizeMs] of UNITS_MS) {
    const count = Math.floor(restMs / sizeMs);
    if (count > 0) parts.push(`${count}${unit}`);
    restMs -= count * sizeMs;
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}

/** The two largest units: for reading. */
export function formatRoughly(durationMs: number): string {
  return formatDuration(durationMs).split(' ').slice(0, 2).join(' ');
}
