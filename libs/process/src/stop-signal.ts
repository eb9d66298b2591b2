/**
 * Resolves with the first SIGINT or SIGTERM, and from then on ignores both: whoever is stopping is not to be cut off by
 * a second request, such as the terminal's Ctrl-C and a supervisor's SIGTERM together.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}
