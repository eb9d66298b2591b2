/**
 * Where in an HTML document a place of a template stands, as far as escaping must know. Names and printed form are
 * those of Go's html/template, in whose errors they appear: https://pkg.go.dev/html/template
 */
export type State =
  | 'Text'
  | 'Tag'
  | 'AttrName'
  | 'AfterName'
  | 'BeforeValue'
  | 'HTMLCmt'
  | 'RCDATA'
  | 'Attr'
  | 'URL'
  | 'Srcset'
  | 'JS'
  | 'JSDqStr'
  | 'JSSqStr'
  | 'JSTmplLit'
  | 'JSRegexp'
  | 'JSBlockCmt'
  | 'JSLineCmt'
  | 'JSHTMLOpenCmt'
  | 'JSHTMLCloseCmt'
  | 'CSS'
  | 'CSSDqStr'
  | 'CSSSqStr'
  | 'CSSDqURL'
  | 'CSSSqURL'
  | 'CSSURL'
  | 'CSSBlockCmt'
  | 'CSSLineCmt'
  | 'MetaContent'
  | 'MetaContentURL'
  /** Behind a break or continue: nothing follows. */
  | 'Dead';

/** What ends the attribute value around; `None` outside of one. */
export type Delimiter = 'None' | 'DoubleQuote' | 'SingleQuote' | 'SpaceOrTagEnd';
/** How far into a URL. */
type UrlPart = 'None' | 'PreQuery' | 'QueryOrFrag' | 'Unknown';
/** What a slash would begin in JavaScript. */
export type JsContext = 'Regexp' | 'DivOp' | 'Unknown';
export type Attribute = 'None' | 'Script' | 'ScriptType' | 'Style' | 'URL' | 'Srcset' | 'MetaContent';
export type Element = 'None' | 'Script' | 'Style' | 'Textarea' | 'Title' | 'Meta';

export interface Context {
  readonly state: State;
  readonly delimiter: Delimiter;
  readonly urlPart: UrlPart;
  readonly jsContext: JsContext;
  /** Open braces in each `${…}` around, the innermost last. */
  readonly jsBraces: readonly number[];
  readonly attribute: Attribute;
  readonly element: Element;
}

export const textContext: Context = {
  state: 'Text',
  delimiter: 'None',
  urlPart: 'None',
  jsContext: 'Regexp',
  jsBraces: [],
  attribute: 'None',
  element: 'None',
};

export function contextOf(state: State, rest: Partial<Context> = {}): Context {
  return { ...textContext, ...rest, state };
}

export function sameContext(left: Context, right: Context): boolean {
  return contextText(left) === contextText(right);
}

/** As Go prints it: `{stateText delimNone urlPartNone jsCtxRegexp [] attrNone elementNone <nil>}`. */
export function contextText(context: Context): string {
  const { state, delimiter, urlPart, jsContext, jsBraces, attribute, element } = context;
  const braces = `[${jsBraces.join(' ')}]`;
  return (
    `{state${state} delim${delimiter} urlPart${urlPart} jsCtx${jsContext} ${braces}` +
    ` attr${attribute} element${element} <nil>}`
  );
}

export function isComment(state: State): boolean {
  return [
    'HTMLCmt',
    'JSBlockCmt',
    'JSLineCmt',
    'JSHTMLOpenCmt',
    'JSHTMLCloseCmt',
    'CSSBlockCmt',
    'CSSLineCmt',
  ].includes(state);
}

export function isInScriptLiteral(state: State): boolean {
  return ['JSDqStr', 'JSSqStr', 'JSTmplLit', 'JSRegexp'].includes(state);
}

export function isInTag(state: State): boolean {
  return ['Tag', 'AttrName', 'AfterName', 'BeforeValue', 'Attr'].includes(state);
}

/** The state in which an attribute's value begins. */
export function valueState(attribute: Attribute): State {
  switch (attribute) {
    case 'None':
    case 'ScriptType':
      return 'Attr';
    case 'Script':
      return 'JS';
    case 'Style':
      return 'CSS';
    case 'URL':
      return 'URL';
    case 'Srcset':
      return 'Srcset';
    case 'MetaContent':
      return 'MetaContent';
  }
}

/** The context of an action that stands where the next text would be, with what an empty text implies. */
export function nudge(context: Context): Context {
  switch (context.state) {
    case 'Tag':
      return { ...context, state: 'AttrName' };
    case 'BeforeValue':
      return {
        ...context,
        state: valueState(context.attribute),
        delimiter: 'SpaceOrTagEnd',
        attribute: 'None',
      };
    case 'AfterName':
      return { ...context, state: 'AttrName', attribute: 'None' };
    default:
      return context;
  }
}
