import { quoteGo } from '../format/quote.js';
import { type AnyNode, type ArgumentNode } from './node.js';

/** A node as Go prints it inside `<…>` of an error. */
export function nodeText(node: AnyNode): string {
  switch (node.kind) {
    case 'text':
      return quoteGo(node.text);
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'pipe': {
      const names = node.declarations.map(nodeText).join(', ');
      const head = names === '' ? '' : `${names} ${node.isAssign ? '=' : ':='} `;
      return head + node.commands.map(nodeText).join(' | ');
    }
    case 'command':
      return node.args.map(argumentText).join(' ');
    case 'identifier':
      return node.name;
    case 'variable':
      return node.names.join('.');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'chain':
      return argumentText(node.node) + node.names.map((name) => `.${name}`).join('');
    case 'bool':
      return String(node.value);
    case 'string':
      return node.quoted;
    case 'number':
      return node.text;
    case 'if':
    case 'with':
    case 'range': {
      const rest = node.elseList === undefined ? '' : `{{else}}${nodeText(node.elseList)}`;
      return `{{${node.kind} ${nodeText(node.pipe)}}}${nodeText(node.list)}${rest}{{end}}`;
    }
    case 'template': {
      const pipe = node.pipe === undefined ? '' : ` ${nodeText(node.pipe)}`;
      return `{{template ${quoteGo(node.name)}${pipe}}}`;
    }
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
  }
}

function argumentText(node: ArgumentNode): string {
  return node.kind === 'pipe' ? `(${nodeText(node)})` : nodeText(node);
}
