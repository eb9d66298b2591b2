/** A URL whose password, if it has one, is `xxxxx`, as Go shows it. */
export function redactedUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.password === '') return url;
  const start = url.indexOf('//') + 2;
  const at = url.indexOf('@', start);
  const colon = url.indexOf(':', start);
  return `${url.slice(0, colon + 1)}xxxxx${url.slice(at)}`;
}
