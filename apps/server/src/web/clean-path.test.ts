import { expect, test } from '@jest/globals';
import express from 'express';
import { TestServer } from '../testing/http.js';
import { cleanPath } from './clean-path.js';
import { request } from 'node:http';

test.each([
  ['/', 200, undefined],
  ['//', 301, '/'],
  ['/a//b?x=//', 301, '/a/b?x=//'],
  ['/a/../b/', 301, '/b/'],
  ['/../../etc', 301, '/etc'],
  ['/a/./', 301, '/a/'],
  ['/a/b', 200, undefined],
  ['/..%2f..%2Fetc/%20%ff', 301, '/etc/%20%FF'],
  ['/a/%2e%2e/b', 301, '/b'],
  ['/a%2Fb', 200, undefined],
  ['/%', 400, undefined],
  ['/a?x=%', 200, undefined],
  ['*', 400, undefined],
])('%s', async (path, status, location) => {
  const application = express();
  application.use(cleanPath, (_request, response) => void response.end());
  const server = await TestServer.start(application);
  try {
    // fetch would clean the path itself.
    const answer = await new Promise<readonly [number | undefined, string | undefined]>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const sent = request({ hostname, port, path, agent: false }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers.location]);
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(answer).toEqual([status, location]);
  } finally {
    server.close();
  }
});

test.each([
  ['/qu%65ry/%41%2d?a=%41', '/query/A-?a=%41'],
  ['/a%2Fb%20%ff', '/a%2Fb%20%ff'],
  ['/a?time=0#b', '/a?time=0%23b'],
])('%s is routed as %s', async (path, routed) => {
  const application = express();
  application.use(cleanPath, (asked, response) => void response.end(asked.url));
  const server = await TestServer.start(application);
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      request({ hostname, port, path, agent: false }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(routed);
  } finally {
    server.close();
  }
});
