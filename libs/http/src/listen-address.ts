import { ListenError } from './errors.js';

export interface HostPort {
  /** Undefined for every interface. */
  readonly host: string | undefined;
  readonly port: number;
}

/**
 * Reads `host:port`, `:port` or `[v6]:port` as Go's net.Listen does.
 * @throws ListenError when it is none of these.
 */
export function parseListenAddress(address: string): HostPort {
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(address);
  if (parts === null) {
    const reason = address.includes(':') ? 'too many colons in address' : 'missing port in address';
    throw new ListenError('LISTEN_ADDRESS', address, `address ${address}: ${reason}`);
  }
  const port = Number(parts[3]);
  if (port > 65_535) throw new ListenError('LISTEN_ADDRESS', address, `address ${port}: invalid port`);
  const host = parts[1] ?? parts[2];
  return { host: host === undefined || host === '' ? undefined : host, port };
}

/** The opposite: `host:port`, a v6 host in brackets, `[::]` for every interface, as Go prints it. */
export function formatHostPort(host: string | undefined, port: number): string {
  const shown = host ?? '::';
  return shown.includes(':') ? `[${shown}]:${port}` : `${shown}:${port}`;
}
