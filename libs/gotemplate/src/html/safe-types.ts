import { namedBasic, types } from '../values/type.js';
import { type GoType, type GoValue } from '../values/value.js';

function safeType(name: string): GoType<string> {
  return namedBasic<string>({ name: `template.${name}`, base: types.string });
}

/** Go's types for content that is known to be safe in its place: https://pkg.go.dev/html/template#HTML */
export const safeTypes = {
  html: safeType('HTML'),
  htmlAttribute: safeType('HTMLAttr'),
  css: safeType('CSS'),
  js: safeType('JS'),
  jsString: safeType('JSStr'),
  url: safeType('URL'),
  sourceSet: safeType('Srcset'),
} as const;

/** Text that is written into HTML as it is. */
export function safeHtml(text: string): GoValue {
  return safeTypes.html.of(text);
}

/** Text that is written as an attribute, such as `dir="ltr"`. */
export function safeHtmlAttribute(text: string): GoValue {
  return safeTypes.htmlAttribute.of(text);
}

export function safeCss(text: string): GoValue {
  return safeTypes.css.of(text);
}

export function safeJs(text: string): GoValue {
  return safeTypes.js.of(text);
}

/** A URL whose scheme is not checked. */
export function safeUrl(text: string): GoValue {
  return safeTypes.url.of(text);
}
