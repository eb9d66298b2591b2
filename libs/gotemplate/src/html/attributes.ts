/** What an attribute's value holds. `Unsafe` attributes change how others are read. */
type AttributeContent = 'Plain' | 'URL' | 'JS' | 'CSS' | 'Srcset' | 'HTML' | 'Unsafe';

const names: Readonly<Record<Exclude<AttributeContent, 'Plain' | 'JS'>, string>> = {
  URL:
    'action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src ' +
    'usemap xmlns',
  CSS: 'style',
  Srcset: 'srcset',
  HTML: 'srcdoc',
  Unsafe:
    'accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod ' +
    'formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value',
};

const plainNames = 'for formtarget hreflang list media name open default label kind scope shape span summary';

const known: ReadonlyMap<string, AttributeContent> = new Map([
  ...plainNames.split(' ').map((name): [string, AttributeContent] => [name, 'Plain']),
  ...Object.entries(names).flatMap(([content, list]) =>
    list.split(' ').map((name): [string, AttributeContent] => [name, content as AttributeContent]),
  ),
]);

/**
 * What the value of the attribute `name` (lower-case) holds: known names first; then `data-` and name spaces are taken
 * off; event handlers are script; and a name that speaks of a source is a URL, to be on the safe side.
 */
export function attributeContent(name: string): AttributeContent {
  const direct = known.get(name);
  if (direct !== undefined) return direct;
  let short = name;
  if (name.startsWith('data-')) {
    short = name.slice('data-'.length);
  } else {
    const [space, ...rest] = name.split(':');
    if (space === 'xmlns' && rest.length > 0) return 'URL';
    if (rest.length > 0) short = rest.join(':');
  }
  const stripped = known.get(short);
  if (stripped !== undefined) return stripped;
  if (short.startsWith('on')) return 'JS';
  return /src|uri|url/.test(short) ? 'URL' : 'Plain';
}

const javascriptTypes = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/ld+json',
  'application/x-ecmascript',
  'application/x-javascript',
  'module',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.1',
  'text/javascript1.2',
  'text/javascript1.3',
  'text/javascript1.4',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
]);

/** True where a script element of this type holds JavaScript or data in its syntax. */
export function isJavascriptType(type: string): boolean {
  const [essence = ''] = type.split(';');
  return javascriptTypes.has(essence.trim().toLowerCase());
}
