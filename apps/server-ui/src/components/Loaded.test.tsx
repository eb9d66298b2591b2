import { expect, test } from '@jest/globals';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { type ApiAnswer } from '../api/client';
import { ApiError, MissingEndpointError, UnreachableError } from '../api/errors';
import { Loaded } from './Loaded';

function Page({ ask }: { readonly ask: () => Promise<ApiAnswer<string>> }): ReactElement {
  const result = useQuery({ queryKey: ['it'], queryFn: ask, retry: false });
  return (
    <Loaded result={result} what="the targets">
      {(data) => <b>{data}</b>}
    </Loaded>
  );
}

async function textOf(ask: () => Promise<ApiAnswer<string>>): Promise<string> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const host = document.createElement('div');
  const root = createRoot(host);
  const client = new QueryClient();
  act(() =>
    root.render(
      <QueryClientProvider client={client}>
        <Page ask={ask} />
      </QueryClientProvider>,
    ),
  );
  expect(host.querySelector('[aria-label="Loading"]')).not.toBeNull();
  // The placeholder has no text, so the first text is the outcome.
  for (let turns = 0; host.textContent === '' && turns < 1000; turns += 1) {
    await act(() => new Promise<void>((resolve) => setTimeout(resolve, 0)));
  }
  const text = host.textContent;
  act(() => root.unmount());
  client.clear();
  return text;
}

test.each<[string, () => Promise<ApiAnswer<string>>, string]>([
  ['data', () => Promise.resolve({ data: 'here', warnings: [], infos: [] }), 'here'],
  [
    'a missing endpoint',
    () => Promise.reject(new MissingEndpointError('/api/v1/targets')),
    'This server does not offer the targetsIt answers 404 at /api/v1/targets.',
  ],
  [
    'a refusal',
    () => Promise.reject(new ApiError(503, 'unavailable', 'not yet')),
    'Could not load the targetsunavailable: not yet',
  ],
  [
    'silence',
    () => Promise.reject(new UnreachableError('x')),
    'Could not load the targetsThe server does not answer.',
  ],
])('%s', async (_name, ask, expected) => {
  expect(await textOf(ask)).toBe(expected);
});
