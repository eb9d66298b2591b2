/** Colours of series: a dozen that stay apart on both grounds and for most colour-blind eyes, then hues by angle. */
const light = [
  '#3f51c9',
  '#d9480f',
  '#0b7a75',
  '#b5179e',
  '#5a7d0a',
  '#c77700',
  '#1c7ed6',
  '#a61e4d',
  '#6741d9',
  '#2b8a3e',
  '#8a5a2b',
  '#5f6b7a',
];
const dark = [
  '#8c9bff',
  '#ff9d5c',
  '#3ccfc0',
  '#f57be0',
  '#b2d84a',
  '#ffd166',
  '#62b6ff',
  '#ff7d9c',
  '#b79bff',
  '#69db7c',
  '#d9a877',
  '#a9b4c2',
];

/** The colour of the series at this place. */
export function seriesColor(index: number, scheme: 'light' | 'dark'): string {
  const palette = scheme === 'dark' ? dark : light;
  const fixed = palette[index];
  if (fixed !== undefined) return fixed;
  // The golden angle keeps neighbours far apart however many there are.
  const hue = Math.round((index * 137.508) % 360);
  return scheme === 'dark' ? `hsl(${hue} 70% 68%)` : `hsl(${hue} 65% 40%)`;
}
