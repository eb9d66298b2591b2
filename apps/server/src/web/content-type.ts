/** Beginnings that make a text a page, each to be followed by a space or `>` (https://mimesniff.spec.whatwg.org/). */
const TAGS =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >]/i;
const COMMENT = /^[\t\n\f\r ]*<!--/;
const XML = /^[\t\n\f\r ]*<\?xml/;

/** What a text is by its beginning, as Go's server tells where nobody says. */
export function contentTypeOf(text: string): string {
  if (TAGS.test(text) || COMMENT.test(text)) return 'text/html; charset=utf-8';
  if (XML.test(text)) return 'text/xml; charset=utf-8';
  return 'text/plain; charset=utf-8';
}
