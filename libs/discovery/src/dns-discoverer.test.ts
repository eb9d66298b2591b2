import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Registry } from '@narthex/client';
import { decodeConfig } from '@narthex/config';
import { type TargetGroup } from '@narthex/model';
import { eventually, ManualClock, RecordingLogger } from '@narthex/testkit';
import { type Answer, decode, encode } from 'dns-packet';
import { dnsDiscoverySection } from './dns-config';
import { DnsDiscoverer } from './dns-discoverer';
import { DiscoveryMetrics } from './metrics';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const NXDOMAIN = 3;
const SERVFAIL = 2;

/** A name server on a free port; `zone` says what it answers to `TYPE name`, in records or as an error's code. */
async function nameServer(zone: Record<string, readonly Answer[] | number>) {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (message, { port, address }) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    if (question === undefined) return;
    const key = `${question.type} ${question.name}`;
    asked.push(key);
    const found = zone[key] ?? NXDOMAIN;
    const [code, answers] = typeof found === 'number' ? [found, []] : [0, [...found]];
    // The code stands in the low bits of the flags (RFC 1035, section 4.1.1).
    socket.send(encode({ type: 'response', id, flags: code, questions, answers }), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => new Promise<void>((resolve) => socket.close(resolve)));
  return { asked, zone, address: `127.0.0.1:${socket.address().port}` };
}

function start(yaml: string, servers: readonly string[], search: readonly string[] = []) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const registry = new Registry();
  const metrics = new DiscoveryMetrics(registry);
  const { value } = decodeConfig(yaml, { file: 'x.yml', folder: '/' }, dnsDiscoverySection);
  const discoverer = new DnsDiscoverer(value, {
    clock,
    logger,
    metrics,
    userAgent: 'test',
    job: 'j',
    resolverConfig: () => ({ servers, search, ndots: 1 }),
  });
  const pushed: (readonly TargetGroup[])[] = [];
  const abort = new AbortController();
  const ran = discoverer.run((groups) => pushed.push(groups), abort.signal);
  closers.push(async () => {
    abort.abort();
    await ran;
  });
  const next = async (): Promise<unknown> => {
    const seen = pushed.length;
    await eventually('another refresh', async () => {
      if (seen > 0) await clock.advance(1000);
      return pushed.length > seen;
    });
    return pushed.at(-1)?.map(({ source, targets }) => [source, targets.map(String).sort()]);
  };
  return { next, logger, registry };
}

describe('targets from the name service', () => {
  test('SRV: host and port of the record', async () => {
    const { address } = await nameServer({
      'SRV _http._tcp.x.test': [
        { type: 'SRV', name: '_http._tcp.x.test', data: { target: 'a.x.test', port: 81 } },
        { type: 'SRV', name: '_http._tcp.x.test', data: { target: 'b.x.test', port: 82 } },
      ],
    });
    const { next } = start('names: [_http._tcp.x.test]', [address]);
    const target = (host: string, port: number): string =>
      `{__address__="${host}:${port}", __meta_dns_name="_http._tcp.x.test", ` +
      `__meta_dns_srv_record_port="${port}", __meta_dns_srv_record_target="${host}."}`;
    expect(await next()).toEqual([['_http._tcp.x.test', [target('a.x.test', 81), target('b.x.test', 82)]]]);
  });

  test.each<[string, Answer, string]>([
    [
      'a',
      { type: 'A', name: 'x.test', data: '10.0.0.1' },
      '{__address__="10.0.0.1:9", __meta_dns_name="x.test"}',
    ],
    [
      'AAAA',
      { type: 'AAAA', name: 'x.test', data: '2001:db8::1' },
      '{__address__="[2001:db8::1]:9", __meta_dns_name="x.test"}',
    ],
    [
      'MX',
      { type: 'MX', name: 'x.test', data: { exchange: 'm.x.test', preference: 1 } },
      '{__address__="m.x.test:9", __meta_dns_mx_record_target="m.x.test.", __meta_dns_name="x.test"}',
    ],
    [
      'NS',
      { type: 'NS', name: 'x.test', data: 'n.x.test' },
      '{__address__="n.x.test:9", __meta_dns_name="x.test", __meta_dns_ns_record_target="n.x.test."}',
    ],
  ])('%s: with the port that is configured', async (type, record, expected) => {
    const { address } = await nameServer({ [`${record.type} x.test`]: [record] });
    const { next } = start(`{names: [x.test], type: ${type}, port: 9}`, [address]);
    expect(await next()).toEqual([['x.test', [expected]]]);
  });

  test('a name without a server that answers keeps its targets, one that does not exist loses them', async () => {
    const record = (name: string): Answer => ({ type: 'A', name, data: '10.0.0.1' });
    const { address, zone } = await nameServer({
      'A fails.test': [record('fails.test')],
      'A goes.test': [record('goes.test')],
      'A empties.test': [record('empties.test')],
    });
    const yaml = '{names: [fails.test, goes.test, empties.test], type: A, port: 9}';
    const { next, logger, registry } = start(yaml, [address]);
    expect(await next()).toHaveLength(3);
    zone['A fails.test'] = SERVFAIL;
    zone['A goes.test'] = NXDOMAIN;
    zone['A empties.test'] = [];
    expect(await next()).toEqual([
      ['goes.test', []],
      ['empties.test', []],
    ]);
    expect(logger.lines.map(({ message, fields }) => [message, String(fields.err)])).toEqual([
      ['DNS resolution failed', expect.stringContaining('ESERVFAIL')],
      [
        'Error refreshing DNS targets',
        expect.stringContaining(
          'could not resolve "fails.test": all servers responded with errors to at least one search domain',
        ),
      ],
    ]);
    const text = await registry.metrics();
    expect(text).toContain('prometheus_sd_dns_lookups_total 6');
    expect(text).toContain('prometheus_sd_dns_lookup_failures_total 1');
  });

  test('short names are tried with the domains of the search list', async () => {
    const { address, asked } = await nameServer({
      'A web.two.test': [{ type: 'A', name: 'web.two.test', data: '10.0.0.2' }],
    });
    const { next } = start('{names: [web], type: A, port: 9}', [address], ['one.test', 'two.test']);
    expect(await next()).toEqual([['web', ['{__address__="10.0.0.2:9", __meta_dns_name="web"}']]]);
    expect(asked).toEqual(['A web.one.test', 'A web.two.test']);
  });

  test('the next server is asked where one refuses, or is no address', async () => {
    const broken = await nameServer({ 'A x.test': SERVFAIL });
    const good = await nameServer({ 'A x.test': [{ type: 'A', name: 'x.test', data: '10.0.0.3' }] });
    const { next } = start('{names: [x.test], type: A, port: 9}', ['nobody', broken.address, good.address]);
    expect(await next()).toEqual([['x.test', ['{__address__="10.0.0.3:9", __meta_dns_name="x.test"}']]]);
  });
});

describe('the configuration', () => {
  test.each([
    ['{}', 'DNS-SD config must contain at least one SRV record name'],
    ['{names: [a], type: A}', 'a port is required in DNS-SD configs for all record types except SRV'],
    ['{names: [a], type: TXT}', 'invalid DNS-SD records type TXT'],
    ['{names: [a], ports: 1}', 'field ports not found in type dns.plain'],
  ])('%s', (yaml, message) => {
    expect(() => decodeConfig(yaml, { file: 'x.yml', folder: '/' }, dnsDiscoverySection)).toThrow(message);
  });
});
