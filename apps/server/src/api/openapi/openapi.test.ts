import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock, silentLogger } from '@narthex/testkit';
import { parse } from 'yaml';
import { ApiRig } from '../../testing/api-rig.js';
import { openApiDocument } from './document.js';
import { OPERATIONS, TAGS } from './operations.js';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly responses: Record<string, unknown>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly summary?: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
}

const rig = new ApiRig();
beforeAll(() => rig.start(new ManualClock(1_700_000_000_000), silentLogger()));
afterAll(() => rig.close());

async function fetched(query = ''): Promise<Document> {
  return parse((await rig.get(`/openapi.yaml${query}`)).text) as Document;
}

describe('the description of the API', () => {
  test('is YAML that nobody keeps', async () => {
    const { status, headers } = await rig.get('/openapi.yaml');
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'application/yaml; charset=utf-8',
      'no-cache, no-store, must-revalidate',
    ]);
  });

  test.each([
    ['', '3.1.0'],
    ['?openapi_version=3.1', '3.1.0'],
    ['?openapi_version=3.2', '3.2.0'],
    ['?openapi_version=3.2.0', '3.2.0'],
    ['?openapi_version=4', '3.1.0'],
  ])('asked for with "%s" it is %s', async (query, version) => {
    const { openapi, info, servers, tags } = await fetched(query);
    expect(openapi).toBe(version);
    expect(info.version).toBe('1.2.3');
    expect(servers).toEqual([{ url: 'http://ext:9090/api/v1' }]);
    expect(tags.every(({ summary }) => (summary !== undefined) === (version === '3.2.0'))).toBe(true);
  });

  test('has every endpoint with its methods, each named once and under a known tag', async () => {
    const { paths } = await fetched();
    const expected = rig.endpoints.map(({ path, methods }) => [
      path.replace(':name', '{name}'),
      methods.map((method) => method.toLowerCase()),
    ]);
    expect(Object.entries(paths).map(([path, operations]) => [path, Object.keys(operations)])).toEqual(
      expected,
    );
    const all = Object.values(paths).flatMap((operations) => Object.values(operations));
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
    const known = TAGS.map(([name]) => name);
    expect(all.flatMap(({ tags }) => tags).filter((tag) => !known.includes(tag))).toEqual([]);
  });

  test('tells parameters of GET in the address, those of POST as a form', async () => {
    const { paths } = await fetched();
    const { get, post } = paths['/query_range']!;
    const required = get!.parameters!.filter(({ required: must }) => must === true).map(({ name }) => name);
    expect(required).toEqual(['query', 'start', 'end', 'step']);
    expect(post!.parameters).toBeUndefined();
    expect(Object.keys(post!.requestBody!.content)).toEqual(['application/x-www-form-urlencoded']);
    expect(paths['/label/{name}/values']!.get!.parameters![0]).toMatchObject({ name: 'name', in: 'path' });
    expect(Object.keys(paths['/write']!.post!.responses)).toEqual(['204', 'default']);
  });

  test('only 3.2 has the stream of notifications', () => {
    const endpoints = [{ path: '/notifications/live', methods: ['GET'] as const }];
    const options = { programVersion: '', serverUrl: '', endpoints };
    const pathsOf = (version: '3.1' | '3.2'): string[] =>
      Object.keys((openApiDocument({ ...options, version }) as Document).paths);
    expect([pathsOf('3.1'), pathsOf('3.2')]).toEqual([[], ['/notifications/live']]);
    expect(Object.keys(OPERATIONS)).toContain('/notifications/live');
  });
});
