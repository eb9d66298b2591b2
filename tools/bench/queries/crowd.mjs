// Many queries at once: what a small one beside heavy ones waits, and how long the server does not answer at all.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { HEAVY, SMALL } from './questions.mjs';

const quantile = (list, q) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))];
const tenths = (value) => Math.round(value * 10) / 10;

/** Puts all heavy questions at once; meanwhile small ones and probes of the server's health go on, one by one. */
export async function besideHeavy(server, range) {
  let running = true;
  const startedMs = performance.now();
  const repeat = async (work) => {
    const times = [];
    while (running) {
      const at = performance.now();
      await work(times.length);
      times.push(performance.now() - at);
      await sleep(5);
    }
    return times;
  };
  const healthy = repeat(() => fetch(`${server.url}/-/healthy`).then((answer) => answer.text()));
  const small = repeat((at) => ask(server, SMALL[at % SMALL.length], range));
  const heavy = await Promise.all(
    HEAVY.map(async (question) => {
      await ask(server, question, range);
      return performance.now() - startedMs;
    }),
  );
  running = false;
  const [healthyMs, smallMs] = await Promise.all([healthy, small]);
  return {
    'heavy: first ms': Math.round(Math.min(...heavy)),
    'last ms': Math.round(Math.max(...heavy)),
    'small: median ms': tenths(quantile(smallMs, 0.5)),
    'small: worst ms': tenths(Math.max(...smallMs)),
    'healthy: p99 ms': tenths(quantile(healthyMs, 0.99)),
    'healthy: worst ms': tenths(Math.max(...healthyMs)),
  };
}
