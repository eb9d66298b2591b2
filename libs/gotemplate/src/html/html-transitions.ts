import { quoteGo } from '../format/quote.js';
import { attributeContent } from './attributes.js';
import {
  contextOf,
  textContext,
  valueState,
  type Attribute,
  type Context,
  type Element,
  type State,
} from './context.js';
import { EscapeFault, type Transition } from './fault.js';

type Step = Transition<Context>;

export function skipSpace(text: string, from: number): number {
  let position = from;
  while (' \t\n\f\r'.includes(text.charAt(position) || 'x')) position++;
  return position;
}

const elements: Readonly<Record<string, Element>> = {
  script: 'Script',
  style: 'Style',
  textarea: 'Textarea',
  title: 'Title',
  meta: 'Meta',
};

const tagName = /[a-zA-Z](?:[a-zA-Z0-9]|[-:](?=[a-zA-Z0-9]))*/y;

function readTagName(text: string, from: number): { readonly end: number; readonly element: Element } {
  tagName.lastIndex = from;
  const name = tagName.exec(text)?.[0] ?? '';
  return { end: from + name.length, element: elements[name.toLowerCase()] ?? 'None' };
}

/** Text between tags, up to a tag or comment. */
export function inText(context: Context, text: string): Step {
  const all = { context, read: text.length };
  let from = 0;
  for (;;) {
    const open = text.indexOf('<', from);
    if (open < 0 || open + 1 === text.length) return all;
    if (text.startsWith('<!--', open)) return { context: contextOf('HTMLCmt'), read: open + 4 };
    let start = open + 1;
    const isEnd = text.charAt(start) === '/';
    if (isEnd) {
      if (start + 1 === text.length) return all;
      start++;
    }
    const { end, element } = readTagName(text, start);
    if (end !== start) return { context: contextOf('Tag', { element: isEnd ? 'None' : element }), read: end };
    from = end;
  }
}

/** Text inside an element whose content is text with entities. */
export function inWholeText(context: Context, text: string): Step {
  return { context, read: text.length };
}

const contentStates: Readonly<Record<Element, State>> = {
  None: 'Text',
  Script: 'JS',
  Style: 'CSS',
  Textarea: 'RCDATA',
  Title: 'RCDATA',
  Meta: 'Text',
};

/** Inside a tag, in front of an attribute or the tag's end. */
export function inTag(context: Context, text: string): Step {
  const start = skipSpace(text, 0);
  if (start === text.length) return { context, read: start };
  const { element } = context;
  if (text.charAt(start) === '>') {
    if (element === 'Meta') return { context: textContext, read: start + 1 };
    return { context: contextOf(contentStates[element], { element }), read: start + 1 };
  }
  const end = attributeNameEnd(text, start);
  if (start === end) {
    throw new EscapeFault(`expected space, attr name, or end of tag, but got ${quoteGo(text.slice(start))}`);
  }
  const attribute = attributeOf(element, text.slice(start, end).toLowerCase());
  const state = end === text.length ? 'AttrName' : 'AfterName';
  return { context: contextOf(state, { element, attribute }), read: end };
}

function attributeOf(element: Element, name: string): Attribute {
  if (element === 'Script' && name === 'type') return 'ScriptType';
  if (element === 'Meta' && name === 'content') return 'MetaContent';
  switch (attributeContent(name)) {
    case 'URL':
      return 'URL';
    case 'CSS':
      return 'Style';
    case 'JS':
      return 'Script';
    case 'Srcset':
      return 'Srcset';
    case 'Plain':
    case 'HTML':
    case 'Unsafe':
      return 'None';
  }
}

function attributeNameEnd(text: string, from: number): number {
  for (let position = from; position < text.length; position++) {
    const character = text.charAt(position);
    if (' \t\n\f\r=>'.includes(character)) return position;
    if ('\'"<'.includes(character)) {
      // These are faults in HTML, and browsers differ in what they make of them.
      throw new EscapeFault(`${quoteGo(character)} in attribute name: ${quoteGo(text)}`);
    }
  }
  return text.length;
}

export function inAttributeName(context: Context, text: string): Step {
  const end = attributeNameEnd(text, 0);
  return { context: end === text.length ? context : { ...context, state: 'AfterName' }, read: end };
}

export function afterAttributeName(context: Context, text: string): Step {
  const start = skipSpace(text, 0);
  if (start === text.length) return { context, read: start };
  // An attribute without a value, or the end of the tag.
  if (text.charAt(start) !== '=') return { context: { ...context, state: 'Tag' }, read: start };
  return { context: { ...context, state: 'BeforeValue' }, read: start + 1 };
}

export function beforeValue(context: Context, text: string): Step {
  const start = skipSpace(text, 0);
  if (start === text.length) return { context, read: start };
  const quote = text.charAt(start);
  const delimiter = quote === '"' ? 'DoubleQuote' : quote === "'" ? 'SingleQuote' : 'SpaceOrTagEnd';
  const read = delimiter === 'SpaceOrTagEnd' ? start : start + 1;
  return { context: { ...context, state: valueState(context.attribute), delimiter }, read };
}

export function inHtmlComment(context: Context, text: string): Step {
  const end = text.indexOf('-->');
  return end < 0 ? { context, read: text.length } : { context: textContext, read: end + 3 };
}

export function inUrl(context: Context, text: string): Step {
  let { urlPart } = context;
  if (/[#?]/.test(text)) urlPart = 'QueryOrFrag';
  else if (urlPart === 'None' && skipSpace(text, 0) !== text.length) urlPart = 'PreQuery';
  return { context: { ...context, urlPart }, read: text.length };
}

/** The content of a `meta` element may hold the address of a redirection. */
export function inMetaContent(context: Context, text: string): Step {
  const found = text.toLowerCase().indexOf('url=');
  if (found < 0) return { context, read: text.length };
  return { context: { ...context, state: 'MetaContentURL' }, read: found + 4 };
}

export function inMetaContentUrl(context: Context, text: string): Step {
  const end = text.indexOf(';');
  if (end < 0) return { context, read: text.length };
  return { context: { ...context, state: 'MetaContent' }, read: end + 1 };
}
