import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { temporaryFolder } from '@narthex/testkit';
import { registerProcessMetrics } from './process-metrics.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function put(file: string, text: string): void {
  mkdirSync(join(folder.path, 'net'), { recursive: true });
  writeFileSync(join(folder.path, file), text);
}

const limits = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax address space         ${soft.padEnd(20)} unlimited            bytes     \n`;
const netstat = (received: number): string =>
  `TcpExt: A\nTcpExt: 1\nIpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 ${received} 70\n`;

test.each([
  ['unlimited', '18446744073709552000'],
  ['4096', '4096'],
])('octets as they are now, and a limit of memory: %s', async (soft, limit) => {
  put('limits', limits(soft));
  put('net/netstat', netstat(5));
  const registry = new Registry();
  registerProcessMetrics({ registry, folder: folder.path });
  put('net/netstat', netstat(9));
  const lines = (await registry.metrics()).split('\n').filter((line) => /^\w/.test(line));
  expect(lines).toEqual([
    'process_network_receive_bytes_total 9',
    'process_network_transmit_bytes_total 70',
    `process_virtual_memory_max_bytes ${limit}`,
  ]);
});

test('nothing where the system does not tell', async () => {
  const registry = new Registry();
  registerProcessMetrics({ registry, folder: join(folder.path, 'none') });
  expect((await registry.metrics()).trim()).toBe('');
});
