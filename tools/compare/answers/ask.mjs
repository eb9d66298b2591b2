import { URLSearchParams } from 'node:url';

/** Asks one server one question and keeps the answer as it came: `{ status, text, body }`. */
export async function ask(server, path, parameters) {
  const response = await fetch(`${server.url}/api/v1/${path}`, {
    method: 'POST',
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, text, body };
}
