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
