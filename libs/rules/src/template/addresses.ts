import { isIP } from 'node:net';

interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** As Go's net.SplitHostPort; undefined where that fails. */
function splitHostPort(address: string): HostPort | undefined {
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(address);
  return parts === null ? undefined : { host: parts[1] ?? parts[2] ?? '', port: parts[3] ?? '' };
}

/** `example.org:9090` without its port; what is no such address stays as it is. */
export function stripPort(address: string): string {
  return splitHostPort(address)?.host ?? address;
}

/** `host.example.org:9090` without its domain: `host:9090`. IP addresses stay. */
export function stripDomain(address: string): string {
  const { host, port } = splitHostPort(address) ?? { host: address, port: '' };
  if (isIP(host) !== 0) return address;
  const [name = ''] = host.split('.');
  return port === '' ? name : `${name}:${port}`;
}
