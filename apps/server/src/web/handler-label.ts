/** The parts of a path that vary, and what upstream's metrics call them. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v1\/label\/[^/]+\/values$/, '/api/v1/label/:name/values'],
  [/^\/assets\/.*/, '/assets/*filepath'],
  [/^\/user\/.*/, '/user/*filepath'],
  [/^\/consoles\/.*/, '/consoles/*filepath'],
];

/** What {@link handlerLabel} makes of paths with varying parts. */
export const VARYING_HANDLERS: readonly string[] = VARYING.map(([, label]) => label);

/** Names the handler of a path for metrics, out of a bounded set; `known` are the paths without varying parts. */
export function handlerLabel(known: ReadonlySet<string>, routePrefix: string): (path: string) => string {
  return (path) => {
    const own = path.startsWith(routePrefix) ? path.slice(routePrefix.length) || '/' : path;
    if (known.has(own)) return own;
    return VARYING.find(([pattern]) => pattern.test(own))?.[1] ?? 'other';
  };
}
