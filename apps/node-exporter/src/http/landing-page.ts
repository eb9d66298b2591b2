/** The page at `/`, for those who come with a browser. */
export function landingPage(version: string, metricsPath: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Node Exporter</title>
    <style>
      body { font-family: system-ui, sans-serif; margin: 0; }
      header { background: #e6522c; color: #fff; padding: 1rem; }
      main { padding: 1rem; }
    </style>
  </head>
  <body>
    <header><h1>Node Exporter</h1></header>
    <main>
      <h2>Prometheus Node Exporter</h2>
      <p>Version: ${escaped(version)}</p>
      <ul><li><a href="${escaped(metricsPath)}">Metrics</a></li></ul>
    </main>
  </body>
</html>
`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => names[character] ?? character);
}
