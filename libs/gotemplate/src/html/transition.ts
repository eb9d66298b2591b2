import { quoteGo } from '../format/quote.js';
import { isJavascriptType } from './attributes.js';
import {
  contextOf,
  isComment,
  isInScriptLiteral,
  isInTag,
  textContext,
  type Context,
  type Delimiter,
  type Element,
  type State,
} from './context.js';
import { inStyle, inStyleString } from './css-transitions.js';
import { unescapeEntities } from './entities.js';
import { EscapeFault, type Transition } from './fault.js';
import {
  afterAttributeName,
  beforeValue,
  inAttributeName,
  inHtmlComment,
  inMetaContent,
  inMetaContentUrl,
  inTag,
  inText,
  inUrl,
  inWholeText,
} from './html-transitions.js';
import {
  inBlockComment,
  inLineComment,
  inScript,
  inScriptLiteral,
  inTemplateLiteral,
} from './script-transitions.js';

type Step = Transition<Context>;

/** How text is read in each state: to the end, or to where the state changes. */
export const transitions: Readonly<Record<State, (context: Context, text: string) => Step>> = {
  Text: inText,
  Tag: inTag,
  AttrName: inAttributeName,
  AfterName: afterAttributeName,
  BeforeValue: beforeValue,
  HTMLCmt: inHtmlComment,
  RCDATA: inWholeText,
  Attr: inWholeText,
  URL: inUrl,
  Srcset: inUrl,
  JS: inScript,
  JSDqStr: inScriptLiteral,
  JSSqStr: inScriptLiteral,
  JSTmplLit: inTemplateLiteral,
  JSRegexp: inScriptLiteral,
  JSBlockCmt: inBlockComment,
  JSLineCmt: inLineComment,
  JSHTMLOpenCmt: inLineComment,
  JSHTMLCloseCmt: inLineComment,
  CSS: inStyle,
  CSSDqStr: inStyleString,
  CSSSqStr: inStyleString,
  CSSDqURL: inStyleString,
  CSSSqURL: inStyleString,
  CSSURL: inStyleString,
  CSSBlockCmt: inBlockComment,
  CSSLineCmt: inLineComment,
  MetaContent: inMetaContent,
  MetaContentURL: inMetaContentUrl,
  Dead: inWholeText,
};

/** What ends a value, by its delimiter. */
export const delimiterEnds: Readonly<Record<Exclude<Delimiter, 'None'>, RegExp>> = {
  DoubleQuote: /"/,
  SingleQuote: /'/,
  SpaceOrTagEnd: /[ \t\n\f\r>]/,
};

/** Reads one stretch of text from `context`. */
export function advance(context: Context, text: string): Step {
  if (context.delimiter === 'None') {
    const end = specialTagEnd(context, text);
    if (end === 0) return { context: textContext, read: 0 };
    return transitions[context.state](context, text.slice(0, end));
  }
  return insideValue(context, context.delimiter, text);
}

/** Where the end tag of a script, style, textarea or title begins; nothing else ends their content. */
function specialTagEnd(context: Context, text: string): number {
  const { element, state } = context;
  if (element === 'None' || element === 'Meta' || isInTag(state)) return text.length;
  if (element === 'Script' && (isInScriptLiteral(state) || isComment(state))) return text.length;
  const end = text.search(new RegExp(`</${element}(?=[> \\t\\n\\f/])`, 'i'));
  return end < 0 ? text.length : end;
}

function insideValue(context: Context, delimiter: Exclude<Delimiter, 'None'>, text: string): Step {
  const found = text.search(delimiterEnds[delimiter]);
  const end = found < 0 ? text.length : found;
  const value = text.slice(0, end);
  if (delimiter === 'SpaceOrTagEnd') {
    const bad = /["'<=`]/.exec(value);
    if (bad !== null) throw new EscapeFault(`${quoteGo(bad[0])} in unquoted attr: ${quoteGo(value)}`);
  }
  if (found < 0) return { context: throughValue(context, unescapeEntities(text)), read: text.length };
  let element: Element = context.element;
  if (context.state === 'Attr' && element === 'Script' && context.attribute === 'ScriptType') {
    if (!isJavascriptType(value)) element = 'None';
  }
  return { context: contextOf('Tag', { element }), read: delimiter === 'SpaceOrTagEnd' ? end : end + 1 };
}

/** The context behind a part of a value, whose own language decides. */
function throughValue(context: Context, value: string): Context {
  let current = context;
  for (let rest = value; rest !== '';) {
    const step = transitions[current.state](current, rest);
    if (step.read === 0 && step.context.state === current.state) break;
    current = step.context;
    rest = rest.slice(step.read);
  }
  return current;
}
