import { attributeContent } from './attributes.js';
import { isInTag, textContext, type Context } from './context.js';
import { contentOf, failsafe } from './content.js';
import { EscapeFault } from './fault.js';
import { delimiterEnds, transitions } from './transition.js';
import { type GoValue } from '../values/value.js';

const replacements: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  '&': '&amp;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};

const unquotedReplacements: Readonly<Record<string, string>> = {
  ...replacements,
  '\0': '&#xfffd;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\v': '&#11;',
  '\f': '&#12;',
  '\r': '&#13;',
  ' ': '&#32;',
  '=': '&#61;',
  '`': '&#96;',
};

/** `keepEntities`: the text is HTML already, so its `&` stands for something. */
function replace(text: string, table: Readonly<Record<string, string>>, keepEntities: boolean): string {
  let result = '';
  for (const character of text) {
    const known = Object.hasOwn(table, character) ? table[character] : undefined;
    result += known === undefined || (keepEntities && character === '&') ? character : known;
  }
  return result;
}

export function htmlEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  return safe === 'html' ? text : replace(text, replacements, false);
}

export function rcdataEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  return replace(text, replacements, safe === 'html');
}

export function attributeEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  return safe === 'html' ? replace(stripTags(text), replacements, true) : replace(text, replacements, false);
}

/** For values without quotes, where a space would end them. */
export function unquotedEscaper(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  if (text === '') return failsafe;
  const escaped =
    safe === 'html'
      ? replace(stripTags(text), unquotedReplacements, true)
      : replace(text, unquotedReplacements, false);
  // Code points that are no characters mislead some browsers.
  return escaped.replace(
    /[\ufdd0-\ufdef\ufff0-\uffff]/g,
    (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`,
  );
}

/** Attribute names: only plain ones, never those whose value is a URL, script or style. */
export function nameFilter(args: readonly GoValue[]): string {
  const { text, safe } = contentOf(args);
  if (safe === 'htmlAttribute') return text;
  const name = text.toLowerCase();
  return /^[a-z0-9]+$/.test(name) && attributeContent(name) === 'Plain' ? name : failsafe;
}

/** The text of an HTML fragment without its tags and comments. */
function stripTags(html: string): string {
  let result = '';
  let context: Context = textContext;
  let tags = false;
  for (let from = 0; from < html.length;) {
    if (context.delimiter === 'None') {
      const state = context.element !== 'None' && !isInTag(context.state) ? 'RCDATA' : context.state;
      const step = transitionOrEnd(state, context, html.slice(from));
      if (step === undefined) return result;
      const to = from + step.read;
      if (context.state === 'Text' || context.state === 'RCDATA') {
        const open = step.context.state === context.state ? -1 : html.lastIndexOf('<', to - 1);
        result += html.slice(from, open >= from ? open : to);
      } else {
        tags = true;
      }
      context = step.context;
      from = to;
      continue;
    }
    const end = html.slice(from).search(delimiterEnds[context.delimiter]);
    if (end < 0) break;
    from += context.delimiter === 'SpaceOrTagEnd' ? end : end + 1;
    context = { ...textContext, state: 'Tag', element: context.element };
  }
  return tags || context.state !== 'Text' ? result : html;
}

function transitionOrEnd(
  state: Context['state'],
  context: Context,
  text: string,
): ReturnType<(typeof transitions)[typeof state]> | undefined {
  try {
    const step = transitions[state](context, text);
    return step.read === 0 && step.context.state === context.state ? undefined : step;
  } catch (error) {
    // Broken HTML: what could be read stands.
    if (error instanceof EscapeFault) return undefined;
    throw error;
  }
}
