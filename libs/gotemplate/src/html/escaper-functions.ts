import { sprint } from '../format/sprintf.js';
import { type GoValue, type TemplateFunction } from '../values/value.js';
import { variadicFunc } from '../values/function.js';
import { types } from '../values/type.js';
import { cssEscaper, cssValueFilter } from './css-escapers.js';
import {
  attributeEscaper,
  htmlEscaper,
  nameFilter,
  rcdataEscaper,
  unquotedEscaper,
} from './html-escapers.js';
import { jsRegexpEscaper, jsStringEscaper, jsTemplateLiteralEscaper, jsValueEscaper } from './js-escapers.js';
import { sourceSetEscaper, urlEscaper, urlFilter, urlNormalizer } from './url-escapers.js';

function escaper(name: string, escape: (args: readonly GoValue[]) => string): [string, TemplateFunction] {
  return [`_html_template_${name}`, variadicFunc([], types.any, (...args) => escape(args))];
}

/** The functions that escaping adds to pipelines, under upstream's names. */
export const escaperFunctions: ReadonlyMap<string, TemplateFunction> = new Map([
  escaper('attrescaper', attributeEscaper),
  escaper('commentescaper', () => ''),
  escaper('cssescaper', cssEscaper),
  escaper('cssvaluefilter', cssValueFilter),
  escaper('htmlescaper', htmlEscaper),
  escaper('htmlnamefilter', nameFilter),
  escaper('jsregexpescaper', jsRegexpEscaper),
  escaper('jsstrescaper', jsStringEscaper),
  escaper('jstmpllitescaper', jsTemplateLiteralEscaper),
  escaper('jsvalescaper', jsValueEscaper),
  escaper('nospaceescaper', unquotedEscaper),
  escaper('rcdataescaper', rcdataEscaper),
  escaper('srcsetescaper', sourceSetEscaper),
  escaper('urlescaper', urlEscaper),
  escaper('urlfilter', urlFilter),
  escaper('urlnormalizer', urlNormalizer),
  [
    '_eval_args_',
    variadicFunc([], types.any, (...args) => (args.length === 1 ? (args[0] ?? null) : sprint(args))),
  ],
]);
