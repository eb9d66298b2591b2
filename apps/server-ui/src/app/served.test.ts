import { expect, test } from '@jest/globals';
import { readServed } from './served';

function page(address: string, title: string, metas: Readonly<Record<string, string>>): Document {
  const parsed = document.implementation.createHTMLDocument(title);
  const base = parsed.createElement('base');
  base.href = address;
  parsed.head.append(base);
  for (const [name, content] of Object.entries(metas)) {
    const meta = parsed.createElement('meta');
    meta.name = `server:${name}`;
    meta.content = content;
    parsed.head.append(meta);
  }
  return parsed;
}

test('reads what the server wrote, and its prefix from the address', () => {
  const metas = {
    'consoles-link': '/c/index.html',
    'agent-mode': 'true',
    ready: 'false',
    'lookback-delta': '5m',
  };
  expect(readServed(page('http://host:9090/some/prefix/query?g0.expr=up', 'Mine', metas))).toEqual({
    pathPrefix: '/some/prefix/',
    consolesLink: '/c/index.html',
    agentMode: true,
    ready: false,
    lookbackDelta: '5m',
    title: 'Mine',
  });
});

test('takes placeholders left as they are for nothing', () => {
  const metas = {
    'consoles-link': 'CONSOLES_LINK_PLACEHOLDER',
    'agent-mode': 'AGENT_MODE_PLACEHOLDER',
    ready: 'READY_PLACEHOLDER',
    'lookback-delta': 'LOOKBACKDELTA_PLACEHOLDER',
  };
  expect(readServed(page('http://host:9090/query', 'TITLE_PLACEHOLDER', metas))).toEqual({
    pathPrefix: '/',
    consolesLink: '',
    agentMode: false,
    ready: true,
    lookbackDelta: '',
    title: 'Prometheus Time Series Collection and Processing Server',
  });
});
