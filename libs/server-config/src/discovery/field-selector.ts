const OPERATORS = ['!=', '==', '='];

/**
 * Why a Kubernetes field selector (`metadata.name=x,spec.nodeName!=y`) cannot be read, in the words of Kubernetes'
 * own library; undefined when it can.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function fieldSelectorFault(selector: string): string | undefined {
  for (const term of termsOf(selector)) {
    if (term === '') continue;
    const value = valueOf(term);
    if (value === undefined) return `invalid selector: '${selector}'; can't understand '${term}'`;
    const fault = escapeFault(value);
    if (fault !== undefined) return `invalid field selector: ${fault}`;
  }
  return undefined;
}

/** The parts between commas that no backslash stands before. */
function termsOf(selector: string): string[] {
  const terms: string[] = [];
  let term = '';
  let escaped = false;
  for (const character of selector) {
    if (character === ',' && !escaped) {
      terms.push(term);
      term = '';
    } else term += character;
    escaped = character === '\\' && !escaped;
  }
  return [...terms, term];
}

/** What stands behind the operator; undefined where there is none. */
function valueOf(term: string): string | undefined {
  for (let at = 0; at < term.length; at++) {
    const operator = OPERATORS.find((candidate) => term.startsWith(candidate, at));
    if (operator !== undefined) return term.slice(at + operator.length);
  }
  return undefined;
}

function escapeFault(value: string): string | undefined {
  let escaped = false;
  for (const character of value) {
    if (escaped) {
      if (!'\\,='.includes(character)) return `invalid escape sequence: \\${character}`;
      escaped = false;
    } else if (character === '\\') escaped = true;
    else if (',='.includes(character)) {
      return `unescaped character in value: ${character.codePointAt(0) ?? 0}`;
    }
  }
  return escaped ? 'invalid escape sequence: \\' : undefined;
}
