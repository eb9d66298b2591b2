/** Columns are this wide at least, two spaces included. */
const MIN_WIDTH = 13;
const GAP = 2;

/** Cells under each other as Go's text/tabwriter sets them for upstream; the last cell of a line is not padded. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? MIN_WIDTH, Array.from(cell).length + GAP);
    });
  }
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}
