import { ESCAPING_SCHEMES, type EscapingScheme } from '@narthex/exposition';

/** In which format `/federate` answers, and what it calls it. */
export interface FederationFormat {
  readonly format: 'text' | 'protobuf';
  readonly escaping: EscapingScheme;
  readonly contentType: string;
}

const PROTOBUF = 'application/vnd.google.protobuf';
const MESSAGE = 'io.prometheus.client.MetricFamily';

interface Accepted {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * Chooses as upstream does: the first entry of the Accept header, by quality, that asks for delimited protobuf or for
 * text; text where there is none. The last known `escaping` up to there counts.
 */
export function federationFormat(accept: string): FederationFormat {
  let escaping: EscapingScheme = 'underscores';
  for (const { type, parameters } of acceptedTypes(accept)) {
    escaping = ESCAPING_SCHEMES.find((one) => one === parameters.get('escaping')) ?? escaping;
    const isDelimited = parameters.get('proto') === MESSAGE && parameters.get('encoding') === 'delimited';
    if (type === PROTOBUF && isDelimited) {
      const contentType = `${PROTOBUF}; proto=${MESSAGE}; encoding=delimited; escaping=${escaping}`;
      return { format: 'protobuf', escaping, contentType };
    }
    if (type === 'text/plain' && ['', '0.0.4'].includes(parameters.get('version') ?? '')) break;
  }
  return {
    format: 'text',
    escaping,
    contentType: `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`,
  };
}

function acceptedTypes(header: string): readonly Accepted[] {
  const entries = header.split(',').map((entry): Accepted => {
    const [type = '', ...rest] = entry.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => {
        const [name = '', value = ''] = part.split(/=(.*)/s);
        return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
      }),
    );
    const quality = Number(parameters.get('q') ?? 1);
    return { type, parameters, quality: Number.isNaN(quality) ? 1 : quality };
  });
  return entries.sort((a, b) => b.quality - a.quality);
}
