/** The parts of a target's URL. */
export interface TargetAddress {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly params: ReadonlyMap<string, readonly string[]>;
}

/** The URL as Go's `net/url` prints it: parameters in the order of their names. */
export function targetUrl({ scheme, host, path, params }: TargetAddress): string {
  const query = [...params]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${escapeQuery(name)}=${escapeQuery(value)}`))
    .join('&');
  const slash = path === '' || path.startsWith('/') ? '' : '/';
  return `${scheme}://${escapeHost(host)}${slash}${escapePath(path)}${query === '' ? '' : `?${query}`}`;
}

function escapeQuery(text: string): string {
  return escapeStrictly(text).replaceAll('%20', '+');
}

function escapePath(path: string): string {
  return escapeStrictly(path).replace(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, (escaped) =>
    decodeURIComponent(escaped),
  );
}

/** Brackets and colons belong to addresses; what no host can have comes out escaped, and is refused later. */
function escapeHost(host: string): string {
  return host.replace(/[^\w.~!$&'()*+,;=:[\]<>"-]/gu, (character) => encodeURIComponent(character));
}

function escapeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const LOCAL_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

/** Where this server is reached from elsewhere. */
export interface OwnAddress {
  readonly hostname: string;
  readonly listenPort: number;
  /** The host of the external URL, with its port where it has one. */
  readonly externalHost: string;
  readonly externalScheme: string;
}

/**
 * A URL that works from elsewhere too, where a target is on this machine: with the machine's name, or for the server
 * itself with the host of its external URL.
 */
export function globalUrl(scrapeUrl: string, own: OwnAddress): string {
  const match = /^([^:]+):\/\/(\[[^\]]*\]|[^/:?#]*)(?::(\d+))?(.*)$/s.exec(scrapeUrl);
  if (match === null) return scrapeUrl;
  const [, scheme = '', host = '', port, rest = ''] = match;
  if (port === undefined || !LOCAL_HOSTS.includes(host.replace(/^\[|\]$/g, ''))) return scrapeUrl;
  if (Number(port) !== own.listenPort) return `${scheme}://${own.hostname}:${port}${rest}`;
  const externalPort = /:(\d+)$/.exec(own.externalHost)?.[0];
  const ownHost =
    externalPort === undefined ? own.externalHost : own.externalHost.slice(0, -externalPort.length);
  return `${own.externalScheme}://${ownHost}${externalPort ?? ''}${rest}`;
}
