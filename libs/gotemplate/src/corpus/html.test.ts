import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HtmlTemplateSet } from '../html/html-template-set.js';
import { corpusData, corpusFunctions, type CorpusData } from './environment.js';

/** What the real amtool made of each template: `amtool template render --template.type=html --template.text=… --template.data=…`. */
interface Case {
  readonly template: string;
  readonly output?: string;
  readonly error?: string;
}

function testdata(name: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, '../../testdata', name), 'utf8'));
}

const cases = testdata('html-cases.json') as readonly Case[];
const data = corpusData(testdata('alertmanager-data.json') as CorpusData);
const set = new HtmlTemplateSet({ functions: corpusFunctions, missingKey: 'zero' });

function render(template: string): Omit<Case, 'template'> {
  try {
    return { output: set.clone().parse('', template).execute('', data) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

describe('HTML templates render as upstream renders them', () => {
  test.each(cases)('$template', ({ template, ...expected }) => {
    expect(render(template)).toEqual(expected);
  });
});
