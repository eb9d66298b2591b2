// Before everything else: the components' own styles, so that ours below may differ from them.
import '@mantine/core/styles.css';
import '@narthex/ui/global.css';
import './app/global.css';
import { browserStore } from '@narthex/ui';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { ApiClient } from './api/client';
import { readServed } from './app/served';
import { QueryHistory } from './query/editor/query-history';
import { type QueryMemory } from './query/editor/query-memory';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const served = readServed(document);
const api = new ApiClient({ pathPrefix: served.pathPrefix, fetch: (input, init) => fetch(input, init) });
const store = browserStore(window);
let lastQuerySearch = '';
const memory: QueryMemory = {
  history: new QueryHistory(store),
  search: () => lastQuerySearch,
  remember: (search) => {
    lastQuerySearch = search;
  },
};

createRoot(root).render(<App server={{ served, api }} store={store} memory={memory} />);
