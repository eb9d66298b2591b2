import { request } from 'node:http';

/** Sends one request as it stands, without minding what is odd about it; reads the whole answer. */
export function askRaw(server, { method = 'GET', path, headers = {}, body, timeoutMs = 20_000 }) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers, agent: false, insecureHTTPParser: true },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('latin1');
          resolve({ status: answer.statusCode, headers: answer.headers, text: withoutPort(text, port) });
        });
      },
    );
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Where a server says its own address, both are to say the same. */
function withoutPort(text, port) {
  return text.replaceAll(`:${port}`, ':PORT');
}
