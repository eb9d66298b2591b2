import { func, safeHtml, safeUrl, type TemplateFunction, types } from '@narthex/gotemplate';

/** Functions that say of a text that it needs no escaping in HTML. */
export const safeFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['safeHtml', func([types.string], safeHtml)],
  ['safeUrl', func([types.string], safeUrl)],
];
