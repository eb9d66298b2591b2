import { MantineProvider } from '@mantine/core';
import { type BrowserStore, cssVariablesResolver, theme } from '@narthex/ui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { BrowserRouter } from 'react-router-dom';
import { ApiFailure } from '../api/errors';
import { type QueryMemory, QueryMemoryContext } from '../query/editor/query-memory';
import { SettingsProvider } from '../settings/SettingsProvider';
import { Pages } from './Pages';
import { Shell } from './Shell';
import { ServerContext, type ServerContextValue } from './server-context';

export interface AppProps {
  readonly server: ServerContextValue;
  readonly store: BrowserStore;
  readonly memory: QueryMemory;
}

export function App({ server, store, memory }: AppProps): ReactElement {
  const [client] = useState(newQueryClient);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <SettingsProvider store={store}>
          <ServerContext value={server}>
            <QueryMemoryContext value={memory}>
              <BrowserRouter basename={server.served.pathPrefix}>
                <Shell>
                  <Pages />
                </Shell>
              </BrowserRouter>
            </QueryMemoryContext>
          </ServerContext>
        </SettingsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** A refusal is an answer and not asked for again; only silence is worth one more try. */
function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) =>
          error instanceof ApiFailure && error.code === 'unreachable' && failures < 1,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
