import { MantineProvider } from '@mantine/core';
import { type BrowserStore, cssVariablesResolver, theme } from '@narthex/ui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { HashRouter } from 'react-router-dom';
import { ApiContext } from '../api/api-context';
import { type AlertmanagerApi } from '../api/client';
import { ApiFailure } from '../api/errors';
import { SettingsProvider } from '../settings/SettingsProvider';
import { Pages } from './Pages';
import { Shell } from './Shell';

export interface AppProps {
  readonly api: AlertmanagerApi;
  readonly store: BrowserStore;
}

export function App({ api, store }: AppProps): ReactElement {
  const [client] = useState(newQueryClient);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <SettingsProvider store={store}>
          <ApiContext value={api}>
            <HashRouter>
              <Shell>
                <Pages />
              </Shell>
            </HashRouter>
          </ApiContext>
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
        retry: (failures, error) => error instanceof ApiFailure && error.status === undefined && failures < 1,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
