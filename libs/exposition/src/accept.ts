import { ESCAPING_SCHEMES, type EscapingScheme } from './negotiation.js';

interface Clause {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** What an answer is to be written in, and what that is called. */
interface AcceptedFormat {
  readonly format: 'text' | 'protobuf';
  readonly escaping: EscapingScheme;
  readonly contentType: string;
}

const PROTOBUF = 'application/vnd.google.protobuf';
const MESSAGE = 'io.prometheus.client.MetricFamily';

/**
 * The format of an answer, with the escaping of names that the client asks for, as upstream's client library chooses
 * it: clauses in the order of their weights, up to the first that asks for delimited protobuf or for text; text where
 * there is none.
 */
export function acceptedFormat(accept: string | undefined): AcceptedFormat {
  return choose(accept, true);
}

/** The Content-Type of an answer that is text whatever the client asks for, chosen likewise. */
export function textContentType(accept: string | undefined): string {
  return choose(accept, false).contentType;
}

function choose(accept: string | undefined, withProtobuf: boolean): AcceptedFormat {
  let escaping: EscapingScheme = 'underscores';
  for (const { mediaType, parameters } of clausesOf(accept ?? '')) {
    const named = ESCAPING_SCHEMES.find((scheme) => scheme === parameters.get('escaping'));
    if (named !== undefined) escaping = named;
    const isDelimited = parameters.get('proto') === MESSAGE && parameters.get('encoding') === 'delimited';
    if (withProtobuf && mediaType === PROTOBUF && isDelimited) {
      const contentType = `${PROTOBUF}; proto=${MESSAGE}; encoding=delimited; escaping=${escaping}`;
      return { format: 'protobuf', escaping, contentType };
    }
    const version = parameters.get('version') ?? '';
    if (mediaType === 'text/plain' && (version === '' || version === '0.0.4')) break;
  }
  const contentType = `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`;
  return { format: 'text', escaping, contentType };
}

function clausesOf(accept: string): Clause[] {
  const clauses = accept.split(',').map((clause): Clause => {
    const [mediaType = '', ...rest] = clause.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => {
        const [name = '', value = ''] = part.split('=');
        return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')];
      }),
    );
    const quality = Number(parameters.get('q') ?? 1);
    return { mediaType: mediaType.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
  });
  return clauses.sort((a, b) => b.quality - a.quality);
}
