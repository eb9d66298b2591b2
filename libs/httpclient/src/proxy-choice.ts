import { BlockList, isIP, isIPv4 } from 'node:net';
import { type HttpClientConfig } from './http-client-config.js';

type ProxyFields = Pick<HttpClientConfig, 'proxy_url' | 'no_proxy' | 'proxy_from_environment'>;

/**
 * The proxy to take to a URL, or undefined to go there directly. The environment's variables and the exceptions mean
 * what they mean in Go (https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config).
 */
export function proxyFor(
  target: URL,
  config: ProxyFields,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (config.proxy_from_environment) {
    const named = (name: string): string => environment[name] ?? environment[name.toLowerCase()] ?? '';
    const proxy = named(target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    if (proxy === '' || isExcepted(target, named('NO_PROXY'))) return undefined;
    return proxy.includes('://') ? proxy : `http://${proxy}`;
  }
  const { proxy_url: proxy, no_proxy: exceptions } = config;
  if (proxy === '') return undefined;
  // Without exceptions everything takes the proxy, this machine's own addresses too.
  return exceptions !== '' && isExcepted(target, exceptions) ? undefined : proxy;
}

function isExcepted(target: URL, exceptions: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isLoopback(host)) return true;
  return exceptions
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isIP(host) !== 0 && inNetwork(entry, host);
  const [, name = '', onlyPort] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  if (isIP(wanted) !== 0) return wanted === host;
  // A leading dot means subdomains only, a bare name the domain itself too.
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

function inNetwork(network: string, host: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  return list.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
}
