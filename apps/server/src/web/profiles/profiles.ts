import { type Clock } from '@narthex/process';
import { type Response, type Router } from 'express';
import { plainError } from '../../api/endpoint.js';
import { type ProfileWish } from './inspector-profiles.js';

const DEFAULT_SECONDS = { profile: 30, heap: 1 } as const;
type ProfileName = keyof typeof DEFAULT_SECONDS;

/**
 * `/debug/pprof/profile` and `/debug/pprof/heap`: what the inspector sees of the main thread, in pprof's format, over
 * `seconds`. What else Go's runtime has under `/debug` is not there.
 */
export function mountProfiles(router: Router, clock: Clock): void {
  const running = new Set<ProfileName>();
  for (const name of ['profile', 'heap'] as const) {
    router.all(`/debug/pprof/${name}`, async (request, response) => {
      if (running.has(name)) {
        refuse(response, 'Could not enable CPU profiling: cpu profiling already in use');
        return;
      }
      const given = Number(new URL(request.originalUrl, 'http://localhost').searchParams.get('seconds'));
      const seconds = given > 0 && Number.isInteger(given) ? given : DEFAULT_SECONDS[name];
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      running.add(name);
      try {
        await send(response, name, { durationMs: 1000 * seconds, clock, signal: gone.signal });
      } finally {
        running.delete(name);
      }
    });
  }
}

async function send(response: Response, name: ProfileName, wish: ProfileWish): Promise<void> {
  // Hardly ever asked for: not loaded before.
  const [{ cpuProfile, heapProfile }, { encodePprof }] = await Promise.all([
    import('./inspector-profiles.js'),
    import('./call-tree.js'),
  ]);
  const tree = await (name === 'profile' ? cpuProfile(wish) : heapProfile(wish));
  if (wish.signal.aborted) return;
  response.status(200);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  response.end(encodePprof(tree));
}

/** In the words of Go's handler. */
function refuse(response: Response, reason: string): void {
  response.setHeader('X-Go-Pprof', '1');
  plainError(response, 500, reason);
}
