import { expect, test } from '@jest/globals';
import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { type BrowserStore } from '@narthex/ui';
import { historyCompletion } from './history-completion';
import { QueryHistory } from './query-history';

function memoryStore(): BrowserStore {
  const values = new Map<string, string>();
  return { read: (key) => values.get(key) ?? null, write: (key, value) => void values.set(key, value) };
}

test('the history keeps each expression once, newest first, a hundred of them', () => {
  const history = new QueryHistory(memoryStore());
  for (const expr of ['up', 'rate(x[5m])', ' up ', '  ']) history.add(expr);
  expect(history.list()).toEqual(['up', 'rate(x[5m])']);
  for (let count = 0; count < 150; count += 1) history.add(`metric_${count}`);
  expect(history.list()).toHaveLength(100);
  expect(history.list()[0]).toBe('metric_149');
});

test('a spoilt history counts as empty', () => {
  const store = memoryStore();
  store.write('server-ui.query-history', '{broken');
  expect(new QueryHistory(store).list()).toEqual([]);
});

test('completion offers earlier expressions that contain what is typed, at the end only', async () => {
  const history = new QueryHistory(memoryStore());
  for (const expr of ['sum(up)', 'rate(x[5m])', 'up']) history.add(expr);
  const source = historyCompletion(history);
  const offered = async (doc: string, at: number, explicit = false): Promise<string[]> => {
    const result: CompletionResult | null = await source(
      new CompletionContext(EditorState.create({ doc }), at, explicit),
    );
    return (result?.options ?? []).map(({ label }) => label);
  };
  expect(await offered('UP', 2)).toEqual(['up', 'sum(up)']);
  expect(await offered('up', 2)).toEqual(['sum(up)']);
  expect(await offered('up', 1)).toEqual([]);
  expect(await offered('', 0)).toEqual([]);
  expect(await offered('', 0, true)).toEqual(['up', 'rate(x[5m])', 'sum(up)']);
});
