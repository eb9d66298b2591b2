import { type IncomingMessage, type ServerResponse } from 'node:http';
import { addVary } from '@narthex/http';
import { type AnchoredRegexp, compileAnchored, RegexpError } from '@narthex/regexp';

/** Lets browsers of matching origins read the API's answers, with upstream's headers. */
export function cors(origins: AnchoredRegexp): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    addVary(response, 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || origin === '') return;
    response.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, Origin');
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
    response.setHeader('Access-Control-Expose-Headers', 'Date');
    if (origins.matches(origin)) response.setHeader('Access-Control-Allow-Origin', origin);
  };
}

/** @throws Error with upstream's words when `--web.cors.origin` is no RE2 expression. */
export function corsOrigins(pattern: string): AnchoredRegexp {
  try {
    return compileAnchored(pattern, 'relabel');
  } catch (cause) {
    if (!(cause instanceof RegexpError)) throw cause;
    throw new Error(`could not compile CORS regex string ${JSON.stringify(pattern)}: ${cause.message}`, {
      cause,
    });
  }
}
