import { firstCharacters } from '../format/characters.js';
import { quoteGo } from '../format/quote.js';
import { type Context, type JsContext, type State } from './context.js';
import { EscapeFault, type Transition } from './fault.js';

type Step = Transition<Context>;

const regexpPreceders = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(' '),
);

/** What a slash behind `text` would begin, as far as the last token tells. */
function nextJsContext(text: string, before: JsContext): JsContext {
  const code = text.replace(/[\t\n\f\r \u2028\u2029]+$/, '');
  const last = code.at(-1);
  if (last === undefined) return before;
  if (last === '+' || last === '-') {
    // An odd number of signs ends in an operator, an even one in an increment.
    let start = code.length - 1;
    while (start > 0 && code.charAt(start - 1) === last) start--;
    return (code.length - start) % 2 === 1 ? 'Regexp' : 'DivOp';
  }
  if (last === '.') return /\d\.$/.test(code) ? 'DivOp' : 'Regexp';
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'Regexp';
  const word = /[a-zA-Z0-9$_]*$/.exec(code)?.[0] ?? '';
  return regexpPreceders.has(word) ? 'Regexp' : 'DivOp';
}

/** Script outside of strings, comments and regular expressions. */
export function inScript(context: Context, text: string): Step {
  const found = /["'`/{}<\-#]/.exec(text);
  if (found === null) {
    return { context: { ...context, jsContext: nextJsContext(text, context.jsContext) }, read: text.length };
  }
  const at = found.index;
  const here = { ...context, jsContext: nextJsContext(text.slice(0, at), context.jsContext) };
  const rest = text.slice(at);
  switch (found[0]) {
    case '"':
      return literal(here, 'JSDqStr', at);
    case "'":
      return literal(here, 'JSSqStr', at);
    case '`':
      return literal(here, 'JSTmplLit', at);
    case '/':
      return slash(here, rest, at);
    case '<':
      if (rest.startsWith('<!--')) return { context: { ...here, state: 'JSHTMLOpenCmt' }, read: at + 4 };
      return { context: here, read: at + 1 };
    case '-':
      if (rest.startsWith('-->')) return { context: { ...here, state: 'JSHTMLCloseCmt' }, read: at + 3 };
      return { context: here, read: at + 1 };
    case '#':
      if (rest.startsWith('#!')) return { context: { ...here, state: 'JSLineCmt' }, read: at + 2 };
      return { context: here, read: at + 1 };
    case '{':
      return { context: brace(here, 1), read: at + 1 };
    default:
      return { context: brace(here, -1), read: at + 1 };
  }
}

function literal(context: Context, state: State, at: number): Step {
  return { context: { ...context, state, jsContext: 'Regexp' }, read: at + 1 };
}

function slash(context: Context, rest: string, at: number): Step {
  if (rest.startsWith('//')) return { context: { ...context, state: 'JSLineCmt' }, read: at + 2 };
  if (rest.startsWith('/*')) return { context: { ...context, state: 'JSBlockCmt' }, read: at + 2 };
  switch (context.jsContext) {
    case 'Regexp':
      return { context: { ...context, state: 'JSRegexp' }, read: at + 1 };
    case 'DivOp':
      return { context: { ...context, jsContext: 'Regexp' }, read: at + 1 };
    case 'Unknown':
      throw new EscapeFault(`'/' could start a division or regexp: ${quoteGo(firstCharacters(rest, 32))}`);
  }
}

/** Counts braces inside the `${…}` of a template literal; its own closing brace leads back into the literal. */
function brace(context: Context, change: 1 | -1): Context {
  const open = context.jsBraces.at(-1);
  if (open === undefined) return context;
  const outer = context.jsBraces.slice(0, -1);
  if (open + change >= 0) return { ...context, jsBraces: [...outer, open + change] };
  return { ...context, jsBraces: outer, state: 'JSTmplLit' };
}

export function inTemplateLiteral(context: Context, text: string): Step {
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '\\') {
      position++;
      if (position === text.length) throw unfinishedEscape('JS string', text);
    } else if (text.startsWith('${', position)) {
      return { context: { ...context, jsBraces: [...context.jsBraces, 0], state: 'JS' }, read: position + 2 };
    } else if (character === '`') {
      return { context: { ...context, state: 'JS' }, read: position + 1 };
    }
  }
  return { context, read: text.length };
}

/** Strings and regular expressions. */
export function inScriptLiteral(context: Context, text: string): Step {
  const isRegexp = context.state === 'JSRegexp';
  const end = isRegexp ? '/' : context.state === 'JSDqStr' ? '"' : "'";
  let inCharset = false;
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '\\') {
      position++;
      if (position === text.length) throw unfinishedEscape('JS string', text);
    } else if (isRegexp && character === '[') {
      inCharset = true;
    } else if (isRegexp && character === ']') {
      inCharset = false;
    } else if (character === end && !inCharset) {
      // `</script` inside a regular expression is escaped later and does not end it.
      if (isRegexp && position > 0 && /^<\/script/i.test(text.slice(position - 1))) continue;
      return { context: { ...context, state: 'JS', jsContext: 'DivOp' }, read: position + 1 };
    }
  }
  if (inCharset) throw new EscapeFault(`unfinished JS regexp charset: ${quoteGo(text)}`);
  return { context, read: text.length };
}

export function unfinishedEscape(where: string, text: string): EscapeFault {
  return new EscapeFault(`unfinished escape sequence in ${where}: ${quoteGo(text)}`);
}

export function inBlockComment(context: Context, text: string): Step {
  const end = text.indexOf('*/');
  if (end < 0) return { context, read: text.length };
  return { context: { ...context, state: context.state === 'JSBlockCmt' ? 'JS' : 'CSS' }, read: end + 2 };
}

/** The end of the line is no part of the comment. */
export function inLineComment(context: Context, text: string): Step {
  const isCss = context.state === 'CSSLineCmt';
  const end = text.search(isCss ? /[\n\f\r]/ : /[\n\r\u2028\u2029]/);
  if (end < 0) return { context, read: text.length };
  return { context: { ...context, state: isCss ? 'CSS' : 'JS' }, read: end };
}
