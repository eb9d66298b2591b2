import { describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { type VectorAnswer } from '../query.js';
import { GoAlertTemplates } from './go-templates.js';

const templates = new GoAlertTemplates({
  externalLabels: Labels.of({ dc: 'eu' }),
  externalUrl: new URL('http://prom.example.org:9090/path/'),
  nowMs: () => 1_700_000_000_500,
});

const answer: VectorAnswer = {
  samples: [
    { labels: Labels.of({ __name__: 'm', instance: 'b', __value__: 'text' }), value: 21 },
    { labels: Labels.of({ __name__: 'm', instance: 'a' }), value: 11 },
  ],
  warnings: [],
  infos: [],
};

function expand(text: string, value = 1): Promise<string> {
  const sample = { labels: Labels.of({ __name__: 'up', job: 'p', instance: 'h.example.org:80' }), value };
  const query = (expression: string): Promise<VectorAnswer> =>
    expression === 'none' ? Promise.resolve({ ...answer, samples: [] }) : Promise.resolve(answer);
  return templates.expand('__alert_Up', text, sample, query);
}

// The expectations are those of upstream's own documentation and of the real server.
describe('alert templates', () => {
  test.each([
    ['plain', 'plain'],
    ['{{ $labels.job }} is {{ $value }} {{ $externalLabels.dc }}', 'p is 1 eu'],
    ['{{ .Labels.nothing }}|{{ $externalURL }}', '|http://prom.example.org:9090/path'],
    ['{{ pathPrefix }} {{ externalURL }}', '/path http://prom.example.org:9090/path'],
    ['{{ range query "m" }}{{ .Labels.instance }}={{ .Value }} {{ end }}', 'b=21 a=11 '],
    ['{{ query "m" | first | value }} {{ query "m" | first | label "instance" }}', '21 b'],
    ['{{ query "m" | first | strvalue }}', 'text'],
    ['{{ range sortByLabel "instance" (query "m") }}{{ .Value }} {{ end }}', '11 21 '],
    ['{{ with args 1 "b" }}{{ .arg0 }}{{ .arg1 }}{{ end }}', '1b'],
    ['{{ reReplaceAll "(a)b" "x$1" "abc" }} {{ match "a+" "caab" }}', 'xac true'],
    ['{{ title "aa bb CC" }} {{ toUpper "aBc" }} {{ toLower "aBc" }}', 'Aa Bb CC ABC abc'],
    [
      "{{ title \"1st abc2def __b 日本a a.b.c:90 a..b .a o'neil o''neil x::y a,b 1.a ab@cd a·c’d ςσ\" }}",
      "1St Abc2def __B 日本A A.b.c:90 A..B .A O'neil O''Neil X::Y A,B 1.A Ab@Cd A·c’d Σσ",
    ],
    ['{{ title "ǆ ßa ﬁx o\'neil" }} {{ toUpper "aß" }} {{ toLower "İÄ" }}', "ǅ Ssa Fix O'neil Aß iä"],
    ['{{ graphLink "up{a=\\"b\\"}" }}', '/graph?g0.expr=up%7Ba%3D%22b%22%7D&g0.tab=0'],
    ['{{ tableLink "up == 1" }}', '/graph?g0.expr=up+%3D%3D+1&g0.tab=1'],
    ['{{ $labels.instance | stripPort }} {{ $labels.instance | stripDomain }}', 'h.example.org h:80'],
    [
      '{{ "10.0.0.1:80" | stripDomain }} {{ "[::1]:80" | stripPort }} {{ "x" | stripPort }}',
      '10.0.0.1:80 ::1 x',
    ],
    ['{{ now }}', '1.7000000005e+09'],
    ['{{ parseDuration "1h2m10ms" }}', '3720.01'],
    ['{{ (toTime 1435065584.128).UTC }}', '2015-06-23 13:19:44.128 +0000 UTC'],
    ['{{ toDuration 1899 }}', '31m39s'],
    ['{{ urlQueryEscape "a b&c" }}', 'a+b&c'.replace('&', '%26')],
  ])('%s', async (text, expected) => expect(await expand(text)).toBe(expected));

  test.each<[string, number, string]>([
    ['humanize', 0, '0'],
    ['humanize', 1234567, '1.235M'],
    ['humanize', 0.0125, '12.5m'],
    ['humanize', -0.00002, '-20u'],
    ['humanize', Infinity, '+Inf'],
    ['humanize1024', 1048576, '1Mi'],
    ['humanize1024', 1536, '1.5ki'],
    ['humanizeDuration', 0, '0s'],
    ['humanizeDuration', 61, '1m 1s'],
    ['humanizeDuration', 1e30, '-106751991167300d -15h -30m -8s'],
    ['humanizeDuration', 2 ** 62, '53375995583650d 7h 45m 4s'],
    ['humanizeDuration', 899.99, '14m 59s'],
    ['humanizeDuration', -93784, '-1d 2h 3m 4s'],
    ['humanizeDuration', 0.1, '100ms'],
    ['humanizeDuration', 12.3456, '12.35s'],
    ['humanizePercentage', 0.12345678, '12.35%'],
    ['humanizePercentage', NaN, 'NaN%'],
    ['humanizeTimestamp', 1435065584.128, '2015-06-23 13:19:44.128 +0000 UTC'],
    ['humanizeTimestamp', NaN, 'NaN'],
    // As upstream: nanoseconds are cut off, and what a double lacks makes a millisecond less.
    ['toTime', 1700000000.25, '2023-11-14 22:13:20.249 +0000 UTC'],
  ])('%s of %p', async (name, value, expected) => {
    expect(await expand(`{{ $value | ${name} }}`, value)).toBe(expected);
  });

  test.each([
    [
      '{{ .Foo }}',
      `error executing template __alert_Up: template: __alert_Up:1:115: executing "__alert_Up" at <.Foo>: can't evaluate field Foo in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }`,
    ],
    ['{{ foo }}', 'error parsing template __alert_Up: template: __alert_Up:1: function "foo" not defined'],
    ['{{ query "none" | first }}', 'error calling first: first() called on vector with no elements'],
    [
      '{{ reReplaceAll "[" "" "" }}',
      'error calling reReplaceAll: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`',
    ],
    ['{{ toTime 1e10 }}', '1e+10 cannot be represented as a nanoseconds timestamp since it overflows int64'],
    ['{{ humanize true }}', "can't convert bool to float"],
    ['{{ humanize $labels }}', "can't convert map[string]string to float"],
    ['{{ humanize "x" }}', 'error calling humanize: strconv.ParseFloat: parsing "x": invalid syntax'],
  ])('%s fails with the words of Go', async (text, message) => {
    await expect(expand(text)).rejects.toMatchObject({
      code: 'TEMPLATE',
      message: expect.stringContaining(message),
    });
  });

  test('a check needs no data', async () => {
    await templates.check('x', '{{ range query "a" }}{{ .Value }}{{ end }}');
    await expect(templates.check('__alert_a', '{{ foo }}')).rejects.toThrow(
      'template: __alert_a:1: function "foo" not defined',
    );
  });
});
