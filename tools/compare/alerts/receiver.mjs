import { createServer } from 'node:http';

/** An Alertmanager that only writes down what it is told: `POST /api/v2/alerts`. */
export async function startReceiver() {
  const posts = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      posts.push({
        atMs: Date.now(),
        request: `${method} ${url} ${headers['content-type']}`,
        alerts: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${server.address().port}`,
    posts,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
