import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { MantineProvider } from '@mantine/core';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { type QueryResult } from '../../api/types-query';
import { ResultTable } from './ResultTable';

let root: Root | undefined;

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
});

afterEach(() => {
  act(() => root?.unmount());
  root = undefined;
  document.body.innerHTML = '';
});

function show(data: QueryResult): HTMLElement {
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  act(() =>
    root?.render(
      <MantineProvider env="test" forceColorScheme="light">
        <ResultTable data={data} />
      </MantineProvider>,
    ),
  );
  return host;
}

const rows = (host: HTMLElement): HTMLElement[] => [
  ...host.querySelectorAll<HTMLElement>('[data-testid="result-row"]'),
];
const texts = (host: HTMLElement): string[] => rows(host).map(({ textContent }) => textContent);
function press(host: HTMLElement, name: string): void {
  const button = [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (button === undefined) throw new Error(`no button ${name}`);
  act(() => button.click());
}

const vector = (values: readonly string[]): QueryResult => ({
  resultType: 'vector',
  result: values.map((value, index) => ({ metric: { __name__: 'm', n: String(index) }, value: [1, value] })),
});

test('shows series with their values as the server wrote them, in its order', () => {
  const host = show(vector(['2', '0.30000000000000004', '+Inf']));
  expect(texts(host)).toEqual(['m{n="0"}2', 'm{n="1"}0.30000000000000004', 'm{n="2"}+Inf']);
});

test('sorts by value when its heading is pressed, down, up, and back', () => {
  const host = show(vector(['2', '10', '-1']));
  const values = (): string[] => rows(host).map((row) => row.lastElementChild?.textContent ?? '');
  press(host, 'Value');
  expect(values()).toEqual(['10', '2', '-1']);
  press(host, 'Value');
  expect(values()).toEqual(['-1', '2', '10']);
  press(host, 'Value');
  expect(values()).toEqual(['2', '10', '-1']);
});

test('renders the first rows only, and all when asked', () => {
  const host = show(vector(Array.from({ length: 300 }, (_, index) => String(index))));
  expect(rows(host)).toHaveLength(250);
  expect(host.textContent).toContain('The first 250 of 300 rows are shown.');
  press(host, 'Show all');
  expect(rows(host)).toHaveLength(300);
});

test('gives the samples of a range selector their times, and says when there is nothing', () => {
  const matrix: QueryResult = {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [0, '1'],
          [1.5, '2'],
        ],
      },
    ],
  };
  expect(texts(show(matrix))).toEqual(['{}1@1970-01-01 00:00:002@1970-01-01 00:00:01.500']);
  act(() => root?.unmount());
  expect(show({ resultType: 'vector', result: [] }).textContent).toContain('No data');
});
