export {
  AsynchronousFunctionError,
  TemplateEscapeError,
  TemplateExecutionError,
  TemplateFunctionError,
  TemplateLimitError,
  TemplateParseError,
} from './errors';
export { type MissingKey } from './exec/environment';
export { type TemplateLimits } from './exec/limits';
export { escapeHtmlText, escapeJsText, escapeQuery } from './format/escapes';
export { formatGoFloat, type FloatVerb } from './format/float';
export { HtmlTemplateSet } from './html/html-template-set';
export { marshalJson } from './html/json';
export { safeCss, safeHtml, safeHtmlAttribute, safeJs, safeTypes, safeUrl } from './html/safe-types';
export { quoteGo, unquoteGo } from './format/quote';
export { sprint, sprintf, sprintln } from './format/sprintf';
export { TemplateSet, type TemplateSetOptions } from './template-set';
export { durationType, formatGoDuration } from './time/duration';
export { instantFromUnixMs, unixMsOf, zeroInstant, type Instant } from './time/instant';
export { formatTime } from './time/layout';
export { timeType } from './time/time-type';
export { fixedZone, utc, zoneByName, type Zone, type ZoneOffset } from './time/zone';
export { func, method, TemplateFunction, variadicFunc, type Method } from './values/function';
export { compareStrings, fromJson, isTrue, typeName } from './values/reflect';
export {
  GoType,
  mapOf,
  namedBasic,
  namedMap,
  namedSlice,
  sliceOf,
  structType,
  types,
  type Kind,
  type TypeDescription,
} from './values/type';
export { TypedValue, type GoKey, type GoValue } from './values/value';
