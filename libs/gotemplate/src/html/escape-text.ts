import { isComment, isInScriptLiteral, type Context } from './context.js';
import { type Transition } from './fault.js';
import { advance } from './transition.js';

/** What a text becomes, and the context behind it. */
interface EscapedText {
  readonly text: string;
  readonly context: Context;
}

/**
 * Reads a template's own text. It stays as written but for three things: comments go, a `<` that begins nothing
 * becomes `&lt;`, and what could end a script from within its strings is hidden.
 *
 * @throws EscapeFault
 */
export function escapeOwnText(start: Context, text: string): EscapedText {
  let context = start;
  let output = '';
  let written = 0;
  for (let from = 0; from !== text.length;) {
    const step: Transition<Context> = advance(context, text.slice(from));
    const next = step.context;
    const to = from + step.read;
    const changed = next.state !== context.state;
    if (context.state === 'Text' || context.state === 'RCDATA') {
      const end = changed ? lastOpening(text, from, to) : to;
      for (let position = from; position < end; position++) {
        if (text.charAt(position) !== '<' || /^<!doctype/i.test(text.slice(position, position + 9))) continue;
        output += `${text.slice(written, position)}&lt;`;
        written = position + 1;
      }
    } else if (isComment(context.state) && context.delimiter === 'None') {
      if (context.state === 'JSBlockCmt')
        output += /[\n\r\u2028\u2029]/.test(text.slice(written, to)) ? '\n' : ' ';
      else if (context.state === 'CSSBlockCmt') output += ' ';
      written = to;
    }
    if (changed && isComment(next.state) && next.delimiter === 'None') {
      output += text.slice(written, to - openerLength(next));
      written = to;
    }
    if (isInScriptLiteral(context.state) && specialTag.test(text.slice(from, to))) {
      output += text.slice(written, from) + text.slice(from, to).replace(specialTags, '\\x3C$1');
      written = to;
    }
    if (from === to && !changed) break;
    context = next;
    from = to;
  }
  const inComment = isComment(context.state) && context.delimiter === 'None';
  return { text: inComment ? output : output + text.slice(written), context };
}

const specialTag = /<(?:script|\/script|!--)/i;
const specialTags = /<(script|\/script|!--)/gi;

function lastOpening(text: string, from: number, to: number): number {
  const position = text.lastIndexOf('<', to - 1);
  return position >= from ? position : to;
}

/** The characters that opened a comment of this kind. */
function openerLength(context: Context): number {
  switch (context.state) {
    case 'HTMLCmt':
    case 'JSHTMLOpenCmt':
      return 4;
    case 'JSHTMLCloseCmt':
      return 3;
    default:
      return 2;
  }
}
