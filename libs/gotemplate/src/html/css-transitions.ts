import { type Context, type State } from './context.js';
import { decodeCss } from './css-text.js';
import { type Transition } from './fault.js';
import { inUrl, skipSpace } from './html-transitions.js';
import { unfinishedEscape } from './script-transitions.js';

type Step = Transition<Context>;

/** Style sheets outside of strings, addresses and comments. */
export function inStyle(context: Context, text: string): Step {
  const to = (state: State, read: number): Step => ({ context: { ...context, state }, read });
  for (let position = 0; position < text.length; position++) {
    switch (text.charAt(position)) {
      case '(': {
        if (!endsWithUrlKeyword(text.slice(0, position))) break;
        const start = skipSpace(text, position + 1);
        if (text.charAt(start) === '"') return to('CSSDqURL', start + 1);
        if (text.charAt(start) === "'") return to('CSSSqURL', start + 1);
        return to('CSSURL', start);
      }
      case '/':
        if (text.charAt(position + 1) === '/') return to('CSSLineCmt', position + 2);
        if (text.charAt(position + 1) === '*') return to('CSSBlockCmt', position + 2);
        break;
      case '"':
        return to('CSSDqStr', position + 1);
      case "'":
        return to('CSSSqStr', position + 1);
    }
  }
  return { context, read: text.length };
}

function endsWithUrlKeyword(text: string): boolean {
  return /(?:^|[^-\w\u0080-\uffff])url[\t\n\f\r ]*$/i.test(decodeCss(text));
}

const ends: Partial<Record<State, string>> = {
  CSSDqStr: '"',
  CSSDqURL: '"',
  CSSSqStr: "'",
  CSSSqURL: "'",
  CSSURL: '\t\n\f\r )',
};

/** Strings and addresses of style sheets. */
export function inStyleString(context: Context, text: string): Step {
  const end = ends[context.state] ?? '"';
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '\\') {
      position++;
      if (position === text.length) throw unfinishedEscape('CSS string', text);
    } else if (end.includes(character)) {
      return { context: { ...context, state: 'CSS' }, read: position + 1 };
    }
  }
  return { context: inUrl(context, decodeCss(text)).context, read: text.length };
}
