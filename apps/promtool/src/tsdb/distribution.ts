/**
 * A bar chart of whole numbers as upstream's extended analysis draws it: about ten bars or more, each a power of ten
 * wide; a bar of 100 marks stands for all of `total`.
 */
export function distributionText(what: string, numbers: readonly number[], total: number): string {
  if (numbers.length === 0) return `${what}: N/A\n\n`;
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const most = numbers.reduce((a, b) => Math.max(a, b));
  const sum = numbers.reduce((a, b) => a + b);
  const width = barWidth(most - least);
  const start = least - (least % width);
  const end = most - (most % width) + width;
  const bars = new Array<number>((end - start) / width + 1).fill(0);
  for (const number of numbers) bars[Math.floor((number - start) / width)]!++;
  const digits = {
    from: String(end).length,
    to: String(end + width).length,
    count: String(Math.max(...bars)).length,
  };
  const lines = bars.map((count, i) => {
    const from = String(i * width + start + 1).padStart(digits.from);
    const to = String((i + 1) * width + start).padStart(digits.to);
    const marks = '#'.repeat(Math.floor((100 * count) / total));
    return `[${from}, ${to}]: ${String(count).padStart(digits.count)} ${marks}\n`;
  });
  const average = Math.floor(sum / numbers.length);
  return `${what} (min/avg/max): ${least}/${average}/${most}\n${lines.join('')}\n`;
}

function barWidth(spread: number): number {
  const wanted = Math.floor(spread / 10);
  let width = 10;
  while (width < wanted && width <= 10_000) width *= 10;
  return width;
}
