// Runs before the first paint, so that a dark page is never white for a moment.
{
  const { document } = globalThis;
  const stored = () => {
    try {
      return globalThis.localStorage.getItem('mantine-color-scheme-value');
    } catch {
      // Storage may be forbidden; the system's preference decides then.
      return null;
    }
  };
  const chosen = stored();
  const dark =
    chosen === 'dark' ||
    (chosen !== 'light' && globalThis.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
