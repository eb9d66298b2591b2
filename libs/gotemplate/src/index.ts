export {
  AsynchronousFunctionError,
  TemplateEscapeError,
  TemplateExecutionError,
  TemplateFunctionError,
  TemplateLimitError,
  TemplateParseError,
} from './errors.js';
export { type MissingKey } from './exec/environment.js';
export { type TemplateLimits } from './exec/limits.js';
export { escapeHtmlText, escapeJsText, escapeQuery } from './format/escapes.js';
export { formatGoFloat, type FloatVerb } from './format/float.js';
export { HtmlTemplateSet } from './html/html-template-set.js';
export { marshalJson } from './html/json.js';
export { safeCss, safeHtml, safeHtmlAttribute, safeJs, safeTypes, safeUrl } from './html/safe-types.js';
export { quoteGo, unquoteGo } from './format/quote.js';
export { sprint, sprintf, sprintln } from './format/sprintf.js';
export { TemplateSet, type TemplateSetOptions } from './template-set.js';
export { durationType, formatGoDuration } from './time/duration.js';
export { instantFromUnixMs, unixMsOf, zeroInstant, type Instant } from './time/instant.js';
export { formatTime } from './time/layout.js';
export { timeType } from './time/time-type.js';
export { fixedZone, utc, zoneByName, type Zone, type ZoneOffset } from './time/zone.js';
export { func, method, variadicFunc } from './values/function.js';
export {
  type GoKey,
  GoType,
  type GoValue,
  type Kind,
  type Method,
  TemplateFunction,
  type TypeDescription,
  TypedValue,
} from './values/value.js';
export { mapOf, namedBasic, namedMap, namedSlice, sliceOf, structType, types } from './values/type.js';
export { compareStrings, fromJson, isTrue, typeName } from './values/reflect.js';
