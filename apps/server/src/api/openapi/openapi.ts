import { type Endpoint } from '../endpoint.js';
import { type DocumentOptions, openApiDocument, type OpenApiVersion } from './document.js';

export type OpenApiOptions = Omit<DocumentOptions, 'version'>;

/** `/openapi.yaml`: what the API offers, in OpenAPI 3.1, or 3.2 where `openapi_version` asks for it. */
export function openApiEndpoint({ endpoints, ...options }: OpenApiOptions): Endpoint {
  const made = new Map<OpenApiVersion, string>();
  const endpoint: Endpoint = {
    path: '/openapi.yaml',
    methods: ['GET'],
    handle: async (parameters, response) => {
      const version = /^3\.2(?:\.0)?$/.test(parameters.get('openapi_version')) ? '3.2' : '3.1';
      let text = made.get(version);
      if (text === undefined) {
        // Few ask for it: what prints it is not loaded before.
        const { stringify } = await import('yaml');
        const all = [...endpoints, endpoint];
        text = stringify(openApiDocument({ ...options, endpoints: all, version }), {
          aliasDuplicateObjects: false,
          lineWidth: 0,
        });
        made.set(version, text);
      }
      response.status(200);
      response.setHeader('Content-Type', 'application/yaml; charset=utf-8');
      response.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
      response.end(text);
    },
  };
  return endpoint;
}
