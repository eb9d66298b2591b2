import { quoteGo } from '../format/quote.js';
import { type CommandNode, type PipeNode } from '../syntax/node.js';
import { nodeText } from '../syntax/node-text.js';
import { isComment, nudge, type Context } from './context.js';
import { EscapeFault } from './fault.js';

/** Names of the escaping functions as upstream has them, since they show in errors. */
const prefix = '_html_template_';

/** Escapers that do the same as one of the predefined functions. */
const predefinedTwins: Readonly<Record<string, string>> = {
  [`${prefix}attrescaper`]: 'html',
  [`${prefix}htmlescaper`]: 'html',
  [`${prefix}rcdataescaper`]: 'html',
  [`${prefix}urlescaper`]: 'urlquery',
  [`${prefix}urlnormalizer`]: 'urlquery',
};

function isPredefined(name: string): boolean {
  return name === 'html' || name === 'urlquery';
}

/**
 * The pipeline of an action that stands in `context`, with the escapers the context asks for at its end.
 *
 * @throws EscapeFault
 */
export function escapeAction(
  context: Context,
  pipe: PipeNode,
): { readonly context: Context; readonly pipe: PipeNode } {
  const here = nudge(context);
  checkPredefined(here, pipe);
  const escapers = escapersFor(here, pipe).map((name) => prefix + name);
  return { context: behind(here), pipe: append(pipe, escapers) };
}

/** The context behind the value that is put in. */
function behind(context: Context): Context {
  if (context.state === 'JS') return { ...context, jsContext: 'DivOp' };
  return context.state === 'Tag' ? { ...context, state: 'AttrName' } : context;
}

function escapersFor(context: Context, pipe: PipeNode): string[] {
  const escapers = stateEscapers(context, pipe);
  if (context.delimiter === 'None') return escapers;
  return [...escapers, context.delimiter === 'SpaceOrTagEnd' ? 'nospaceescaper' : 'attrescaper'];
}

function stateEscapers(context: Context, pipe: PipeNode): string[] {
  switch (context.state) {
    case 'URL':
    case 'CSSDqStr':
    case 'CSSSqStr':
    case 'CSSDqURL':
    case 'CSSSqURL':
    case 'CSSURL':
      return urlEscapers(context, pipe);
    case 'MetaContentURL':
      return ['urlfilter'];
    case 'JS':
      return ['jsvalescaper'];
    case 'JSDqStr':
    case 'JSSqStr':
      return ['jsstrescaper'];
    case 'JSTmplLit':
      return ['jstmpllitescaper'];
    case 'JSRegexp':
      return ['jsregexpescaper'];
    case 'CSS':
      return ['cssvaluefilter'];
    case 'Text':
      return ['htmlescaper'];
    case 'RCDATA':
      return ['rcdataescaper'];
    case 'AttrName':
    case 'Tag':
      return ['htmlnamefilter'];
    case 'Srcset':
      return ['srcsetescaper'];
    default:
      return isComment(context.state) ? ['commentescaper'] : [];
  }
}

function urlEscapers(context: Context, pipe: PipeNode): string[] {
  const inString = context.state === 'CSSDqStr' || context.state === 'CSSSqStr';
  const normalizer = inString ? 'cssescaper' : 'urlnormalizer';
  switch (context.urlPart) {
    case 'None':
      return ['urlfilter', normalizer];
    case 'PreQuery':
      return [normalizer];
    case 'QueryOrFrag':
      return ['urlescaper'];
    case 'Unknown':
      throw new EscapeFault(`{{${nodeText(pipe)}}} appears in an ambiguous context within a URL`);
  }
}

/** The predefined escapers may stand only at a pipeline's end, and `html` does not do in an unquoted value. */
function checkPredefined(context: Context, pipe: PipeNode): void {
  for (const [index, command] of pipe.commands.entries()) {
    const [first] = command.args;
    if (first?.kind !== 'identifier' || !isPredefined(first.name)) continue;
    const unquoted =
      context.state === 'Attr' && context.delimiter === 'SpaceOrTagEnd' && first.name === 'html';
    if (index < pipe.commands.length - 1 || unquoted) {
      throw new EscapeFault(`predefined escaper ${quoteGo(first.name)} disallowed in template`);
    }
  }
}

function append(pipe: PipeNode, escapers: readonly string[]): PipeNode {
  let commands = [...pipe.commands];
  let names = [...escapers];
  const last = commands.at(-1);
  const [first, ...args] = last?.args ?? [];
  if (last !== undefined && first?.kind === 'identifier' && isPredefined(first.name)) {
    const { name, position } = first;
    if (commands.length === 1 && args.length > 0) {
      // `html a b` becomes `evaluate a b | html`, so that the escaper at the end can be merged.
      const joined: CommandNode = {
        ...last,
        args: [{ kind: 'identifier', position, name: '_eval_args_' }, ...args],
      };
      commands = [joined, command(name, position)];
    }
    const merged = names.some((escaper) => predefinedTwins[escaper] === name);
    names = names.map((escaper) => (predefinedTwins[escaper] === name ? name : escaper));
    if (merged) commands.pop();
  }
  return { ...pipe, commands: [...commands, ...names.map((name) => command(name, pipe.position))] };
}

function command(name: string, position: number): CommandNode {
  return { kind: 'command', position, args: [{ kind: 'identifier', position, name }] };
}
