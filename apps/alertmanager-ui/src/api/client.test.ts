import { expect, test } from '@jest/globals';
import { AlertmanagerApi } from './client';
import { ApiFailure } from './errors';

/** Just enough of an answer, in an environment that has no fetch of its own. */
function answering(
  status: number,
  text: string,
): { readonly api: AlertmanagerApi; readonly asked: string[] } {
  const asked: string[] = [];
  const fetch = (input: URL | RequestInfo, init?: RequestInit): Promise<Response> => {
    asked.push(`${init?.method ?? 'GET'} ${input instanceof URL ? input.href : ''}`);
    const answer = { ok: status < 400, status, statusText: 'Text', text: () => Promise.resolve(text) };
    return Promise.resolve(answer as Response);
  };
  return { api: new AlertmanagerApi({ folder: new URL('http://am/prefix/'), fetch }), asked };
}

test('asks beside the page', async () => {
  const { api, asked } = answering(200, '[]');
  await api.alertGroups({
    filters: ['a="b"'],
    receiver: 'x.y',
    active: true,
    silenced: false,
    inhibited: false,
    muted: true,
  });
  await api.silences([]);
  await api.expireSilence('id');
  expect(asked).toEqual([
    'GET http://am/prefix/api/v2/alerts/groups?filter=a%3D%22b%22&active=true&silenced=false&inhibited=false&muted=true&receiver=x%5C.y',
    'GET http://am/prefix/api/v2/silences',
    'DELETE http://am/prefix/api/v2/silence/id',
  ]);
});

test.each([
  [400, '"bad matcher format: foo"', 'bad matcher format: foo'],
  [422, '{"code":602,"message":"comment in body is required"}', 'comment in body is required'],
  [502, 'Bad gateway', 'Bad gateway'],
  [404, '', '404 Text'],
])('%d %s', async (status, text, message) => {
  const failure = answering(status, text).api.silences([]);
  await expect(failure).rejects.toThrow(ApiFailure);
  await expect(failure).rejects.toMatchObject({ message, status });
});

test('nobody there', async () => {
  const fetch = (): Promise<Response> => Promise.reject(new TypeError('failed'));
  const api = new AlertmanagerApi({ folder: new URL('http://am/'), fetch });
  await expect(api.status()).rejects.toThrow('Alertmanager does not answer.');
});
