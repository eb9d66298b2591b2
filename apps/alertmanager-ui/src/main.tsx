// Before everything else: the components' own styles, so that ours below may differ from them.
import '@mantine/core/styles.css';
import '@narthex/ui/global.css';
import { browserStore } from '@narthex/ui';
import { createRoot } from 'react-dom/client';
import { AlertmanagerApi } from './api/client';
import { App } from './app/App';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const api = new AlertmanagerApi({
  folder: new URL('.', document.baseURI),
  fetch: (input, init) => fetch(input, init),
});

createRoot(root).render(<App api={api} store={browserStore(window)} />);
