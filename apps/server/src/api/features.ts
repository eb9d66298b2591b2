import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';

/** What is there and what is on: by category, by name. */
export type FeatureTable = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/** `/features`. */
export function featuresEndpoint(features: FeatureTable): Endpoint {
  const sorted = sortedByName(
    Object.entries(features).map(
      ([category, names]) => [category, sortedByName(Object.entries(names))] as const,
    ),
  );
  return {
    path: '/features',
    methods: ['GET'],
    handle: (_parameters, response) => sendData(response, sorted),
  };
}

function sortedByName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
