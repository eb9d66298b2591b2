import { ExpositionError } from '@narthex/exposition';
import { type Tool } from '../tool.js';
import { checkTextFormat } from './check-text-format.js';
import { LINT_EXIT_CODE } from './lint-settings.js';
import { lintFamilies } from './metric-lint.js';
import { type LintedFamily, readFamilies } from './read-families.js';

export interface MetricsCheck {
  /** Print how many series each metric has. */
  readonly extended: boolean;
  readonly lint: 'all' | 'none';
}

/** `promtool check metrics`, of the exposition on standard input. */
export async function checkMetrics({ extended, lint }: MetricsCheck, tool: Tool): Promise<number> {
  if (!extended && lint === 'none') {
    tool.error(
      'error: at least one of --extended or linting must be enabled\n' +
        'Use --extended for cardinality analysis, or remove --lint=none to enable linting\n',
    );
    return 1;
  }
  let families: LintedFamily[];
  try {
    const exposition = await tool.input();
    checkTextFormat(exposition);
    families = readFamilies(exposition);
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    tool.error(`error while linting: ${error.message}\n`);
    return 1;
  }
  const problems = lint === 'all' ? lintFamilies(families) : [];
  for (const { metric, text } of problems) tool.error(`${metric} ${text}\n`);
  if (extended) tool.out(cardinalityTable(families));
  return problems.length > 0 ? LINT_EXIT_CODE : 0;
}

function cardinalityTable(families: readonly LintedFamily[]): string {
  const counts = families.map(({ name, series }) => ({
    name,
    count: series.reduce((sum, { lineCount }) => sum + lineCount, 0),
  }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const rows = counts
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => [name, String(count), `${((100 * count) / total).toFixed(2)}%`]);
  return padded([['Metric', 'Cardinality', 'Percentage'], ...rows, ['Total', String(total), '100%']]);
}

/** Each cell four spaces wider than the widest of its column. */
function padded(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)) + 4);
  return rows.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i]!)).join('')}\n`).join('');
}
