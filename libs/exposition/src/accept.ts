import { ESCAPING_SCHEMES, type EscapingScheme } from './negotiation.js';

interface Clause {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * The Content-Type of an answer in the text format, with the escaping of names that the client asks for, as upstream's
 * client library puts it together: clauses in the order of their weights, up to the first that the text format meets.
 */
export function textContentType(accept: string | undefined): string {
  let escaping: EscapingScheme = 'underscores';
  for (const { mediaType, parameters } of clausesOf(accept ?? '')) {
    const named = ESCAPING_SCHEMES.find((scheme) => scheme === parameters.get('escaping'));
    if (named !== undefined) escaping = named;
    const version = parameters.get('version') ?? '';
    if (mediaType === 'text/plain' && (version === '' || version === '0.0.4')) break;
  }
  return `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`;
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
