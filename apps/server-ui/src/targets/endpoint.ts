import { type LabelSet } from '../api/types-query';

/** A scrape address without its query part, and the query's parameters. */
export interface EndpointParts {
  readonly base: string;
  readonly params: LabelSet;
}

/** Takes an address apart for display; one that is no address stays whole. Repeated parameters are joined by commas. */
export function endpointParts(address: string): EndpointParts {
  if (!URL.canParse(address)) return { base: address, params: {} };
  const url = new URL(address);
  const params: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    const before = params[name];
    params[name] = before === undefined ? value : `${before},${value}`;
  }
  return { base: `${url.protocol}//${url.host}${url.pathname}`, params };
}
