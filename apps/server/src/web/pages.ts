import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml, redirect } from '@narthex/http';
import express, { type Response, type Router } from 'express';
import { plainError } from '../api/endpoint.js';

export interface PagesOptions {
  /** The folder with `index.html` and what belongs to it. */
  readonly folder: string;
  /** The path under which clients see the server: empty or `/prefix`. */
  readonly externalPath: string;
  readonly title: string;
  /** `--query.lookback-delta`, as a duration. */
  readonly lookbackDelta: string;
  readonly isReady: () => boolean;
  readonly agentMode: boolean;
  /** `--web.user-assets`; empty for none. */
  readonly userAssets: string;
  /** `--web.console.templates` */
  readonly consoleFolder: string;
}

const PAGES = ['/alertmanager-discovery', '/config', '/flags', '/service-discovery', '/status', '/targets'];
const SERVER_PAGES = ['/alerts', '/query', '/rules', '/tsdb-status'];
const AGENT_PAGES = ['/agent'];

/** The pages' own addresses: the browser shows the right one of them, the server sends all the same file. */
export function pagePaths(agentMode: boolean): readonly string[] {
  return [...PAGES, ...(agentMode ? AGENT_PAGES : SERVER_PAGES)];
}

/** What lies beside the page itself: icons, a manifest, a script. */
const TOP_FILES = /^\/[\w-]+\.(?:ico|js|json|png|svg|txt|webmanifest)$/;

/** A day: names of assets change with their content. */
const ASSET_MAX_AGE_MS = 86_400_000;

/** The pages, their files, and the addresses of older pages. */
export function mountPages(router: Router, options: PagesOptions): void {
  const { folder, externalPath, userAssets, agentMode } = options;
  const home = agentMode ? '/agent' : '/query';
  router.get('/', (_request, response) => redirect(response, 302, externalPath + home));
  router.get('/graph', (request, response) => {
    const query = /\?.*$/s.exec(request.originalUrl)?.[0] ?? '?';
    redirect(response, 302, `${externalPath}/query${query}`);
  });
  router.get([...pagePaths(agentMode)], (request, response) => {
    // Relative addresses in the page would be wrong under a trailing slash.
    if (request.path.endsWith('/')) redirect(response, 301, externalPath + request.path.replace(/\/+$/, ''));
    else return sendPage(response, options);
  });
  router.use('/assets', express.static(join(folder, 'assets'), { maxAge: ASSET_MAX_AGE_MS, index: false }));
  if (userAssets !== '') router.use('/user', express.static(userAssets));
  router.get(TOP_FILES, express.static(folder, { index: false }));
}

async function sendPage(response: Response, options: PagesOptions): Promise<void> {
  let page: string;
  try {
    page = await readFile(join(options.folder, 'index.html'), 'utf8');
  } catch {
    plainError(response, 404, 'The pages were not built into this server.');
    return;
  }
  const values: Readonly<Record<string, string>> = {
    TITLE_PLACEHOLDER: options.title,
    CONSOLES_LINK_PLACEHOLDER: consolesLink(options),
    AGENT_MODE_PLACEHOLDER: String(options.agentMode),
    READY_PLACEHOLDER: String(options.isReady()),
    LOOKBACKDELTA_PLACEHOLDER: options.lookbackDelta,
  };
  const filled = page.replace(/[A-Z_]+_PLACEHOLDER/g, (word) => escapeHtml(values[word] ?? word));
  response.status(200).setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Cache-Control', 'no-cache');
  response.end(filled);
}

/** Where the user's own pages begin, if there are any. */
function consolesLink({ externalPath, consoleFolder, userAssets }: PagesOptions): string {
  if (existsSync(join(consoleFolder, 'index.html'))) return `${externalPath}/consoles/index.html`;
  if (userAssets !== '' && existsSync(join(userAssets, 'index.html')))
    return `${externalPath}/user/index.html`;
  return '';
}
