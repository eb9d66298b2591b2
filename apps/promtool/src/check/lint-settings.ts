import { type Tool } from '../tool.js';

const ALL = 'all';
const DUPLICATE_RULES = 'duplicate-rules';
const TOO_LONG_SCRAPE_INTERVAL = 'too-long-scrape-interval';
const NONE = 'none';

/** What `--lint` may name. */
export const CONFIG_LINTS = [ALL, DUPLICATE_RULES, NONE, TOO_LONG_SCRAPE_INTERVAL];
export const RULE_LINTS = [ALL, DUPLICATE_RULES, NONE];
export const DEFAULT_LINT = DUPLICATE_RULES;

/** What is looked for beside mistakes. */
export interface LintSettings {
  readonly duplicateRules: boolean;
  /** An interval this long or longer, in ms, leaves gaps; undefined where it is not looked for. */
  readonly longScrapeIntervalMs: number | undefined;
  /** Whether findings make the command fail. */
  readonly fatal: boolean;
}

/** Reads `--lint`; names that the command does not know are told and left out. */
export function lintSettings(
  flag: string,
  { fatal, lookbackDeltaMs }: { readonly fatal: boolean; readonly lookbackDeltaMs: number },
  { out }: Pick<Tool, 'out'>,
  known: readonly string[],
): LintSettings {
  const names = new Set(flag.split(','));
  for (const name of names) {
    if (!known.includes(name)) out(`WARNING: unknown lint option: ${JSON.stringify(name)}\n`);
  }
  const has = (name: string): boolean => names.has(name) || names.has(ALL);
  return {
    duplicateRules: has(DUPLICATE_RULES),
    longScrapeIntervalMs: has(TOO_LONG_SCRAPE_INTERVAL) ? lookbackDeltaMs : undefined,
    fatal,
  };
}

/** How a check went: whether there are mistakes, and whether there is anything to complain of at all. */
export interface Verdict {
  readonly failed: boolean;
  readonly hasErrors: boolean;
}

export const PASSED: Verdict = { failed: false, hasErrors: false };
export const LINTED: Verdict = { failed: true, hasErrors: false };
export const BROKEN: Verdict = { failed: true, hasErrors: true };

export function worse(a: Verdict, b: Verdict): Verdict {
  return { failed: a.failed || b.failed, hasErrors: a.hasErrors || b.hasErrors };
}

export const LINT_EXIT_CODE = 3;

export function exitCodeOf({ failed, hasErrors }: Verdict, { fatal }: Pick<LintSettings, 'fatal'>): number {
  if (hasErrors) return 1;
  return failed && fatal ? LINT_EXIT_CODE : 0;
}
