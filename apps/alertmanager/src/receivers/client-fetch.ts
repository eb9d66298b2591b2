import { type HttpClient } from '@narthex/httpclient';
import { answerText } from './http-outcome';

/**
 * A `fetch` for libraries that bring their own requests: it goes through our client, with its TLS, proxy and
 * authorization, and ends with our signal. `onHeaders` is told the headers of the answer.
 */
export function fetchThrough(
  client: HttpClient,
  signal: AbortSignal,
  onHeaders: (headers: Readonly<Record<string, string | string[] | undefined>>) => void,
): typeof fetch {
  return async (target, init) => {
    const url = target instanceof Request ? target.url : String(target);
    const body = typeof init?.body === 'string' ? { body: init.body } : {};
    // The user agent is ours, whatever the library calls itself.
    const headers = Object.fromEntries(
      [...new Headers(init?.headers)].filter(([name]) => name !== 'user-agent'),
    );
    const response = await client.request({ url, method: init?.method ?? 'GET', headers, ...body, signal });
    onHeaders(response.headers);
    return new Response(await answerText(response), {
      status: response.status,
      statusText: response.statusText,
    });
  };
}
