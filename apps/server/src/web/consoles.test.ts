import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { ManualClock, temporaryFolder } from '@narthex/testkit';
import express from 'express';
import { TestServer } from '../testing/http.js';
import { mountConsoles } from './consoles.js';
import { readQueries } from './forms.js';

const folder = temporaryFolder('consoles');
const asked: [string, number][] = [];
let server: TestServer;

function put(file: string, text: string): void {
  writeFileSync(join(folder.path, file), text);
}

beforeAll(async () => {
  for (const name of ['templates', 'templates/sub', 'libraries']) mkdirSync(join(folder.path, name));
  put('secret.html', 'secret');
  put('libraries/a.lib', '{{ define "head" }}<h1>{{ .arg0 }}</h1>{{ end }}');
  put('libraries/b.txt', '{{ this is no library');
  const app = express();
  readQueries(app);
  mountConsoles(app, {
    templateFolder: join(folder.path, 'templates'),
    libraryFolder: join(folder.path, 'libraries'),
    clock: new ManualClock(1_700_000_000_000),
    externalUrl: new URL('http://out/prom'),
    externalLabels: () => Labels.of({ zone: 'a<b' }),
    query: (expression, timestampMs) => {
      asked.push([expression, timestampMs]);
      const labels = Labels.of({ __name__: 'up', job: 'x' });
      return Promise.resolve({ samples: [{ labels, value: 2 }], warnings: [], infos: [] });
    },
  });
  server = await TestServer.start(app);
});
afterAll(() => {
  server.close();
  folder.remove();
});

async function ask(path: string): Promise<[number, string, string | null]> {
  const response = await fetch(`${server.url}/consoles/${path}`);
  return [response.status, await response.text(), response.headers.get('content-type')];
}

describe('consoles', () => {
  test.each([
    [
      'parameters, escaped',
      '<p>{{ $params.q }} {{ .RawParams }}</p>',
      '<p>&lt;x&gt; map[n:[1 2] q:[&lt;x&gt;]]</p>',
    ],
    ['path and external labels', '<p>{{ $path }} {{ $externalLabels.zone }}</p>', '<p>t.html a&lt;b</p>'],
    ['what is not there', '<p>[{{ $params.none }}]</p>', '<p>[]</p>'],
    ['libraries', '<p>{{ template "head" (args "<i>") }}</p>', '<p><h1>&lt;i&gt;</h1></p>'],
    ['a library by its name', '<p>{{ tmpl "head" (args "z") }}</p>', '<p><h1>z</h1></p>'],
    [
      'links',
      '<a href="{{ graphLink "up > 1" }}">{{ pathPrefix }}</a>',
      '<a href="/graph?g0.expr=up&#43;%3E&#43;1&amp;g0.tab=0">/prom</a>',
    ],
    ['samples', '<p>{{ query "up" | first }}</p>', '<p>{map[__name__:up job:x] 2}</p>'],
    ['scripts', '<script>f({{ $params.q }})</script>', '<script>f("\\u003cx\\u003e")</script>'],
  ])('have %s', async (_what, template, expected) => {
    put('templates/t.html', template);
    const [status, text, type] = await ask('t.html?q=%3Cx%3E&n=1&n=2');
    expect([status, text]).toEqual([200, expected]);
    expect(type).toMatch(/^text\/(html|plain); charset=utf-8$/);
  });

  test('ask queries at the moment of the request', async () => {
    asked.length = 0;
    put('templates/sub/q.html', '<p>{{ range query "up" }}{{ .Labels.job }}={{ .Value }}{{ end }}</p>');
    expect(await ask('sub/q.html')).toEqual([200, '<p>x=2</p>', 'text/html; charset=utf-8']);
    expect(asked).toEqual([['up', 1_700_000_000_000]]);
  });

  test.each([
    [
      '{{ .Nope }}',
      /^error executing template __console_\/bad\.html: template: __console_\/bad\.html:1:\d+: executing/,
    ],
    [
      '{{ if }}',
      /^error parsing template __console_\/bad\.html: template: __console_\/bad\.html:1: missing value for if/,
    ],
    [
      '<a href={{ if true }}"x{{ end }}>',
      /^error executing template .* ends in different contexts|^error executing template .*branches/,
    ],
    ['{{ tmpl "none" 1 }}', /error calling tmpl: html\/template: "none" is undefined/],
    ['{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}', /exceeded maximum template depth/],
  ])('%s is answered 500 with what is wrong', async (template, words) => {
    put('templates/bad.html', template);
    const [status, text, type] = await ask('bad.html');
    expect([status, type]).toEqual([500, 'text/plain; charset=utf-8']);
    expect(text).toMatch(words);
  });

  test.each([
    ['none.html', 404],
    ['sub', 500],
    ['', 500],
    ['..%2fsecret.html', 404],
    ['%2e%2e/secret.html', 404],
    ['sub%2f..%2f..%2fsecret.html', 404],
    ['..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd', 404],
    ['t.html%00', 200],
    ['t.html/', 200],
    ['t.html?q=%zz', 400],
  ])('%s: %i', async (path, status) => {
    put('templates/t.html', 'plain');
    const [found, text] = await ask(path);
    expect(found).toBe(status);
    expect(text).not.toContain('root:');
    expect(text).not.toBe('secret');
  });
});
