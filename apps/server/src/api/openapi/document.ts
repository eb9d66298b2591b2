import { type Endpoint } from '../endpoint.js';
import {
  type OperationText,
  OPERATIONS,
  type ParameterKind,
  type ParameterText,
  TAGS,
} from './operations.js';

const OPENAPI_VERSIONS = { '3.1': '3.1.0', '3.2': '3.2.0' } as const;
export type OpenApiVersion = keyof typeof OPENAPI_VERSIONS;

export interface DocumentOptions {
  readonly version: OpenApiVersion;
  /** Of the program. */
  readonly programVersion: string;
  /** Where the API is, as clients see it. */
  readonly serverUrl: string;
  readonly endpoints: readonly Pick<Endpoint, 'path' | 'methods'>[];
}

/** Only 3.2 can describe a stream of events. */
const LIVE = '/notifications/live';
const FORM = 'application/x-www-form-urlencoded';
const texts = { type: 'array', items: { type: 'string' } };

const SCHEMAS: Readonly<Record<ParameterKind, object>> = {
  text: { type: 'string' },
  expression: { type: 'string' },
  texts,
  selectors: texts,
  time: {
    oneOf: [
      { type: 'string', format: 'date-time', description: 'RFC 3339' },
      { type: 'number', description: 'Seconds since the Unix epoch' },
    ],
  },
  duration: {
    oneOf: [
      { type: 'string', description: 'A duration such as 1h30m' },
      { type: 'number', description: 'Seconds' },
    ],
  },
  limit: { type: 'integer', format: 'int64', minimum: 0 },
  switch: { type: 'boolean' },
};

/** The API's description (https://spec.openapis.org/oas/v3.1.0), made from the endpoints that are there. */
export function openApiDocument(options: DocumentOptions): unknown {
  const { version, endpoints } = options;
  const described = endpoints.filter(
    ({ path }) => path in OPERATIONS && (version === '3.2' || path !== LIVE),
  );
  const paths = described.map(({ path, methods }) => {
    const operations = methods.map((method) => [method.toLowerCase(), operation(method, path)] as const);
    return [path.replace(/:(\w+)/g, '{$1}'), Object.fromEntries(operations)] as const;
  });
  return {
    openapi: OPENAPI_VERSIONS[version],
    info: {
      title: 'Prometheus API',
      description: 'The HTTP API of the Prometheus server, as Narthex serves it.',
      version: options.programVersion,
    },
    servers: [{ url: options.serverUrl }],
    tags: TAGS.map(([name, summary, description]) => ({
      name,
      ...(version === '3.2' ? { summary } : {}),
      description,
    })),
    paths: Object.fromEntries(paths),
    components: { schemas: COMPONENTS },
  };
}

const COMPONENTS = {
  Success: {
    type: 'object',
    required: ['status'],
    properties: {
      status: { type: 'string', const: 'success' },
      data: {},
      warnings: texts,
      infos: texts,
    },
  },
  Error: {
    type: 'object',
    required: ['status', 'errorType', 'error'],
    properties: {
      status: { type: 'string', const: 'error' },
      errorType: { type: 'string' },
      error: { type: 'string' },
    },
  },
};

function operation(method: string, path: string): object {
  const text = OPERATIONS[path]!;
  const words = path.split(/[^a-z0-9]+/i).filter((word) => word !== '');
  const inPath = (text.parameters ?? []).filter(({ name }) => path.includes(`:${name}`));
  const others = (text.parameters ?? []).filter((parameter) => !inPath.includes(parameter));
  const takesForm = method === 'POST' && text.body === undefined && others.length > 0;
  const parameters = [
    ...inPath.map((one) => parameter(one, 'path')),
    ...(takesForm ? [] : others.map((one) => parameter(one, 'query'))),
  ];
  return {
    operationId: [method.toLowerCase(), ...words].join('-'),
    tags: [text.tag],
    summary: text.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesForm ? { requestBody: formBody(others) } : {}),
    ...(text.body === undefined ? {} : { requestBody: binaryBody(text.body) }),
    responses: {
      [text.answer === 'nothing' ? '204' : '200']: success(text),
      default: {
        description: 'What went wrong',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function parameter({ name, kind, description, required }: ParameterText, place: 'path' | 'query'): object {
  return {
    name,
    in: place,
    description,
    ...(required === true ? { required } : {}),
    ...(SCHEMAS[kind] === texts ? { explode: true } : {}),
    schema: SCHEMAS[kind],
  };
}

function formBody(parameters: readonly ParameterText[]): object {
  const required = parameters.filter((one) => one.required === true).map(({ name }) => name);
  const properties = parameters.map(
    ({ name, kind, description }) => [name, { ...SCHEMAS[kind], description }] as const,
  );
  return {
    content: {
      [FORM]: {
        schema: {
          type: 'object',
          ...(required.length > 0 ? { required } : {}),
          properties: Object.fromEntries(properties),
        },
      },
    },
  };
}

function binaryBody(type: string): object {
  return { required: true, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
}

function success({ answer }: OperationText): object {
  const description = 'Success';
  switch (answer) {
    case 'nothing':
      return { description };
    case 'json-lines':
      return { description, content: { 'application/x-ndjson': { schema: { type: 'string' } } } };
    case 'events':
      return { description, content: { 'text/event-stream': { itemSchema: { type: 'object' } } } };
    case 'yaml':
      return { description, content: { 'application/yaml': { schema: { type: 'string' } } } };
    case 'bytes':
      return {
        description,
        content: { 'application/x-protobuf': { schema: { type: 'string', format: 'binary' } } },
      };
    default:
      return {
        description,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Success' } } },
      };
  }
}
