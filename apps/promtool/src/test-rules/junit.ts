/** One test of a suite and what was wrong in it. */
export interface JunitCase {
  readonly name: string;
  readonly failures: readonly string[];
}

/** One file of tests. */
export interface JunitSuite {
  readonly name: string;
  /** When it began to run, in ms; undefined where it did not. */
  readonly startedMs: number | undefined;
  readonly cases: readonly JunitCase[];
  /** Why nothing was run. */
  readonly errors: readonly string[];
}

/** A report as continuous integration reads it (https://github.com/testmoapp/junitxml). */
export function junitReport(suites: readonly JunitSuite[]): string {
  return element('testsuites', {}, suites.map(suiteText).join(''));
}

function suiteText({ name, startedMs, cases, errors }: JunitSuite): string {
  const aborted = errors.length > 0 ? [element('testcase', { name: 'unknown' }, errorsText(errors))] : [];
  const run = cases.map((test) =>
    element(
      'testcase',
      { name: test.name },
      test.failures.map((text) => element('failure', {}, escaped(text))).join(''),
    ),
  );
  const failures = cases.reduce((sum, test) => sum + test.failures.length, 0);
  const attributes = {
    name,
    tests: String(run.length + aborted.length),
    failures: String(failures),
    errors: String(errors.length),
    skipped: '0',
    timestamp: startedMs === undefined ? '' : new Date(startedMs).toISOString().slice(0, 19),
  };
  return element('testsuite', attributes, [...run, ...aborted].join(''));
}

function errorsText(errors: readonly string[]): string {
  return errors.map((text) => element('error', {}, escaped(text))).join('');
}

function element(name: string, attributes: Readonly<Record<string, string>>, content: string): string {
  const shown = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${shown.join('')}>${content}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

function escaped(text: string): string {
  return text
    .replace(/["'&<>\t\n\r]/g, (sign) => ENTITIES[sign]!)
    .replace(/[^\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
