import { afterEach, describe, expect, test } from '@jest/globals';
import { type AlertJson, ask, closeAll, json, plain, run } from '../testing/running-app';

afterEach(closeAll);

describe('API', () => {
  const muting = `
route: {receiver: r, group_by: [alertname]}
receivers: [{name: r, labels: {team: x}}, {name: s}]
inhibit_rules: [{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [cluster]}]
`;

  test('alerts can be filtered by labels, receiver and what mutes them', async () => {
    const { url } = await run(muting);
    const api = `${url}/api/v2`;
    await ask(`${api}/alerts`, 'POST', [
      { labels: { alertname: 'crit', severity: 'critical', cluster: 'c' } },
      { labels: { alertname: 'warn', severity: 'warning', cluster: 'c' } },
      { labels: { alertname: 'quiet', empty: '' }, annotations: { a: 'b' }, generatorURL: 'http://g/' },
    ]);
    const matchers = [{ name: 'alertname', value: 'quiet', isRegex: false }];
    const times = {
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const posted = await ask(`${api}/silences`, 'POST', { matchers, ...times, createdBy: 'me', comment: '' });
    const { silenceID } = JSON.parse(posted.text) as { silenceID: string };
    const names = async (query: string): Promise<string> =>
      (await json<AlertJson[]>(`${api}/alerts?${query}`))
        .map(({ labels }) => labels.alertname)
        .sort()
        .join(' ');
    expect(await names('')).toBe('crit quiet warn');
    expect(await names('silenced=false')).toBe('crit warn');
    expect(await names('inhibited=false')).toBe('crit quiet');
    expect(await names('active=false')).toBe('quiet warn');
    expect(await names('active=foo')).toBe('quiet warn');
    expect(await names('filter=severity%21%3D%22%22')).toBe('crit warn');
    expect(await names('filter=alertname%3D~%22w.*%22&filter=cluster%3Dc')).toBe('warn');
    expect(await names('receiver=r')).toBe('crit quiet warn');
    expect(await names('receiver=.')).toBe('crit quiet warn');
    expect(await names('receiver=s')).toBe('');
    expect(await names('receiver_matchers=team%3Dx')).toBe('crit quiet warn');
    expect(await names('receiver_matchers=team%3Dy')).toBe('');
    const groups = await json<{ alerts: AlertJson[]; labels: object; receiver: object }[]>(
      `${api}/alerts/groups`,
    );
    expect(
      groups.map(({ labels, receiver, alerts }) => [labels, receiver, alerts.map(({ status }) => status)]),
    ).toEqual([
      [
        { alertname: 'crit' },
        { name: 'r' },
        [{ state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] }],
      ],
      [
        { alertname: 'quiet' },
        { name: 'r' },
        [{ state: 'suppressed', silencedBy: [silenceID], inhibitedBy: [], mutedBy: [] }],
      ],
      [
        { alertname: 'warn' },
        { name: 'r' },
        [{ state: 'suppressed', silencedBy: [], inhibitedBy: [expect.any(String)], mutedBy: [] }],
      ],
    ]);
    expect(await json(`${api}/receivers`)).toEqual([
      { name: 'r', labels: { team: 'x', name: 'r' } },
      { name: 's', labels: { name: 's' } },
    ]);
  });

  test('a silence is made, shown, found and ended', async () => {
    const { url } = await run(plain);
    const api = `${url}/api/v2`;
    const draft = {
      matchers: [{ name: 'a', value: 'b', isRegex: true, isEqual: false }],
      startsAt: '2020-01-01T00:00:00Z',
      endsAt: '2100-01-01T00:00:00Z',
      createdBy: 'me',
      comment: 'c',
      annotations: { k: 'v' },
    };
    const { silenceID } = JSON.parse((await ask(`${api}/silences`, 'POST', draft)).text) as {
      silenceID: string;
    };
    const shown = await json<Record<string, unknown>>(`${api}/silence/${silenceID}`);
    expect(shown).toMatchObject({
      ...draft,
      startsAt: shown.updatedAt,
      endsAt: '2100-01-01T00:00:00.000Z',
      status: { state: 'active' },
    });
    expect(await json(`${api}/silences?filter=a!~b`)).toEqual([shown]);
    expect(await json(`${api}/silences?filter=a!~c`)).toEqual([]);
    expect(await json(`${api}/silences?active=false`)).toEqual([]);
    expect((await ask(`${api}/silence/${silenceID}`, 'DELETE')).status).toBe(200);
    expect((await ask(`${api}/silence/${silenceID}`, 'DELETE')).status).toBe(200);
    expect(await json(`${api}/silence/${silenceID}`)).toMatchObject({ status: { state: 'expired' } });
  });

  const uuid = '6f4c7a3f-6b2c-4b83-9d5b-6d0e4bfbc6de';
  const silence = {
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
    startsAt: '2020-01-01T00:00:00Z',
    endsAt: '2100-01-01T00:00:00Z',
    createdBy: 'me',
    comment: '',
  };
  /** Requests and what the real Alertmanager answers. */
  test.each<[string, string, unknown, number, unknown]>([
    ['POST', 'alerts', [{ labels: {} }], 400, 'at least one label pair required'],
    ['POST', 'alerts', [{ labels: { a: '' } }], 400, 'at least one label pair required'],
    ['POST', 'alerts', [{ labels: { '': 'x' } }], 400, 'invalid label set: invalid name ""'],
    [
      'POST',
      'alerts',
      [{ labels: { a: 'b' }, startsAt: '2030-01-01T00:00:00Z', endsAt: '2029-01-01T00:00:00Z' }],
      400,
      'start time must be before end time',
    ],
    [
      'POST',
      'alerts',
      '{',
      400,
      { code: 400, message: 'parsing alerts body from "" failed, because unexpected EOF' },
    ],
    [
      'POST',
      'alerts',
      '{}',
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because json: cannot unmarshal object into Go value of type models.PostableAlerts',
      },
    ],
    ['POST', 'alerts', [{}], 422, { code: 602, message: '0.labels in body is required' }],
    [
      'POST',
      'alerts',
      [{ labels: { a: 1 } }],
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because json: cannot unmarshal number into Go struct field Alert.labels.a of type string',
      },
    ],
    [
      'POST',
      'alerts',
      [{ labels: { a: 'b' }, startsAt: 'foo' }],
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because parsing time "foo" as "2006-01-02": cannot parse "foo" as "2006"',
      },
    ],
    [
      'POST',
      'alerts',
      [{ labels: { a: 'b' }, generatorURL: 'foo bar' }],
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "foo bar"' },
    ],
    ['POST', 'alerts', '', 422, { code: 602, message: 'alerts in body is required' }],
    [
      'PUT',
      'alerts',
      undefined,
      405,
      { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' },
    ],
    ['GET', 'foo', undefined, 404, { code: 404, message: 'path /api/v2/foo was not found' }],
    ['GET', 'alerts?filter=foo', undefined, 400, 'bad matcher format: foo'],
    [
      'GET',
      'alerts?filter=a%3D~%22(%22',
      undefined,
      400,
      'error parsing regexp: missing closing ): `^(?:()$`',
    ],
    ['GET', 'alerts?filter=%7Ba%3Db%7D', undefined, 400, 'unexpected open or close brace: {a=b}'],
    [
      'GET',
      'alerts/groups?receiver=(',
      undefined,
      400,
      'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`',
    ],
    ['GET', 'silences?filter=a', undefined, 400, 'bad matcher format: a'],
    [
      'GET',
      'silence/foo',
      undefined,
      422,
      { code: 601, message: 'silenceID in path must be of type uuid: "foo"' },
    ],
    ['GET', `silence/${uuid}`, undefined, 404, undefined],
    ['DELETE', `silence/${uuid}`, undefined, 404, undefined],
    ['POST', 'silences', {}, 422, { code: 602, message: 'comment in body is required' }],
    ['POST', 'silences', '', 422, { code: 602, message: 'silence in body is required' }],
    [
      'POST',
      'silences',
      { ...silence, matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    [
      'POST',
      'silences',
      { ...silence, matchers: [{ name: 'a' }] },
      422,
      { code: 602, message: 'matchers.0.isRegex in body is required' },
    ],
    [
      'POST',
      'silences',
      { ...silence, matchers: [{ name: 'a', value: '', isRegex: false }] },
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      'POST',
      'silences',
      { ...silence, matchers: [{ name: 'a', value: '(', isRegex: true }] },
      400,
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      'POST',
      'silences',
      { ...silence, endsAt: '2019-01-01T00:00:00Z' },
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'POST',
      'silences',
      { ...silence, startsAt: '2018-01-01T00:00:00Z', endsAt: '2019-01-01T00:00:00Z' },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    ['POST', 'silences', { ...silence, id: uuid }, 404, 'silence not found'],
  ])('%s %s %j', async (method, path, body, status, answer) => {
    const { url } = await run(plain);
    const { text, ...got } = await ask(`${url}/api/v2/${path}`, method, body);
    expect(got.status).toBe(status);
    expect(text === '' ? undefined : JSON.parse(text)).toEqual(answer);
    expect(got.headers.get('cache-control')).toBe('no-store');
  });

  test('takes the alerts that are right even where it complains of the others', async () => {
    const { url } = await run(plain);
    const { status } = await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: {} }, { labels: { a: 'b' } }]);
    expect(status).toBe(400);
    expect(await json<AlertJson[]>(`${url}/api/v2/alerts`)).toHaveLength(1);
    expect((await ask(`${url}/metrics`)).text).toContain('alertmanager_alerts_invalid_total{version="v2"} 1');
  });

  test('what has no end ends by timeout, zero times are none', async () => {
    const { url } = await run(`global: {resolve_timeout: 10m}\n${plain}`);
    const zero = '0001-01-01T00:00:00Z';
    await ask(`${url}/api/v2/alerts`, 'POST', [{ labels: { a: 'b' }, startsAt: zero, endsAt: zero }]);
    const [alert] = await json<AlertJson[]>(`${url}/api/v2/alerts`);
    expect(Date.parse(alert!.endsAt) - Date.parse(alert!.startsAt)).toBe(600_000);
  });

  test('tells other media types and version 1 to go away', async () => {
    const { url } = await run(plain);
    expect(await ask(`${url}/api/v2/alerts`, 'POST', '[]', 'text/plain')).toMatchObject({
      status: 415,
      text: '{"code":415,"message":"unsupported media type \\"text/plain\\", only [application/json] are allowed"}',
    });
    expect(await ask(`${url}/api/v1/alerts`)).toMatchObject({
      status: 410,
      text: expect.stringContaining('"status":"deprecated"'),
    });
  });
});
