import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createParser, type ExpositionFormat } from './negotiation';
import { ENTRY } from './parser';
import { formatFloat } from '@narthex/model';

/** What Prometheus 3.5.3 made of a body: its error, or the series it stored. */
interface Verdict {
  readonly format: ExpositionFormat;
  readonly body?: string;
  /** A body that is not UTF-8, one character a byte. */
  readonly latin1?: string;
  readonly error?: string;
  readonly series?: readonly (readonly [Readonly<Record<string, string>>, string])[];
}

const verdicts = JSON.parse(
  readFileSync(join(__dirname, 'testdata/upstream-verdicts.json'), 'utf8'),
) as readonly Verdict[];

function parse(verdict: Verdict): Map<string, string> {
  const body =
    verdict.body === undefined ? Buffer.from(verdict.latin1!, 'latin1') : Buffer.from(verdict.body);
  const parser = createParser(verdict.format);
  parser.reset(body, body.length);
  const series = new Map<string, string>();
  for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
    if (entry !== ENTRY.series) continue;
    // What is stored has no empty values.
    const key = JSON.stringify([...parser.labels()].filter(([, value]) => value !== '').flat());
    // Of two samples without a time, the first is stored.
    if (!series.has(key)) series.set(key, formatFloat(parser.value));
  }
  return series;
}

describe('what Prometheus makes of a body', () => {
  test.each(verdicts.map((verdict) => [JSON.stringify(verdict.body ?? verdict.latin1), verdict] as const))(
    '%s',
    (_body, verdict) => {
      if (verdict.error !== undefined) {
        expect(() => parse(verdict)).toThrow(new Error(verdict.error));
      } else {
        const expected = verdict.series!.map(
          ([labels, value]) => [JSON.stringify(Object.entries(labels).sort(byName).flat()), value] as const,
        );
        expect(parse(verdict)).toEqual(new Map(expected));
      }
    },
  );
});

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
