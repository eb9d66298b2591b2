import { redirect } from '@narthex/http';
import { type RequestHandler } from 'express';
import { type Method, plainError } from '../api/endpoint.js';
import { pagePaths } from './pages.js';

const GET: readonly Method[] = ['GET'];
const PROBE: readonly Method[] = ['GET', 'HEAD'];
const LIFECYCLE: readonly Method[] = ['GET', 'POST', 'PUT'];

const GET_PATHS = ['/', '/graph', '/metrics', '/version', '/federate', '/favicon.ico', '/favicon.svg'];

/** The paths outside of the API, with the methods that they know. */
type PathMethods = ReadonlyMap<string, readonly Method[]>;

function pathMethods(agentMode: boolean): PathMethods {
  return new Map([
    ...[...GET_PATHS, ...pagePaths(agentMode)].map((path) => [path, GET] as const),
    ['/-/healthy', PROBE],
    ['/-/ready', PROBE],
    ['/-/reload', LIFECYCLE],
    ['/-/quit', LIFECYCLE],
  ]);
}

const CONSOLES = '/consoles/';
const DEBUG = /^\/debug\/./;
const GET_POST: readonly Method[] = ['GET', 'POST'];

/** A known path that this one is but for letters' case and slashes behind. */
function fixedPath(path: string, paths: PathMethods): string | undefined {
  const lower = path.toLowerCase();
  if (lower.startsWith(CONSOLES)) return CONSOLES + path.slice(CONSOLES.length);
  const known = lower.replace(/\/+$/, '');
  return paths.has(known) ? known : undefined;
}

/** Answers OPTIONS with the methods that a path knows, and others than those with 405, as upstream's router does. */
export function checkMethod(agentMode: boolean): RequestHandler {
  const paths = pathMethods(agentMode);
  return (request, response, next) => {
    const { path } = request;
    const methods =
      paths.get(path) ?? (path.startsWith(CONSOLES) ? GET : DEBUG.test(path) ? GET_POST : undefined);
    const fixed = methods === undefined ? fixedPath(path, paths) : undefined;
    if (fixed !== undefined) {
      const query = /\?.*$/s.exec(request.originalUrl)?.[0] ?? '';
      redirect(
        response,
        request.method === 'GET' ? 301 : 307,
        request.baseUrl + fixed + query,
        request.method,
      );
      return;
    }
    if (methods === undefined || methods.some((method) => method === request.method)) {
      next();
      return;
    }
    response.setHeader('Allow', [...methods, 'OPTIONS'].sort().join(', '));
    if (request.method === 'OPTIONS') response.status(200).end();
    else plainError(response, 405, 'Method Not Allowed');
  };
}
