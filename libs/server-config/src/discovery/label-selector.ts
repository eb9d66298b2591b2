import { quoteGo } from '@narthex/model';

/*
 * The grammar of Kubernetes label selectors (`a=b,c in (d,e),!f`) and what is wrong with one, in the words of
 * Kubernetes' own library.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */

const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';
const LONGEST_NAME = 63;
const LONGEST_PREFIX = 253;

const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const SUBDOMAIN = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`;
const NAME_RULE = `alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}')`;
const VALUE_RULE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${NAME})?')`;
const SUBDOMAIN_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;

const wholly = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const NAME_SHAPE = wholly(NAME);
const VALUE_SHAPE = wholly(`(${NAME})?`);
const SUBDOMAIN_SHAPE = wholly(SUBDOMAIN);

class SelectorFault extends Error {}

/** Why a label selector cannot be used; undefined when it can. */
export function labelSelectorFault(selector: string): string | undefined {
  try {
    checkRequirements(new Tokens(selector));
    return undefined;
  } catch (error) {
    if (error instanceof SelectorFault) return error.message;
    throw error;
  }
}

/** The words and signs of a selector, one after the other; past the end the empty text comes for ever. */
class Tokens {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(selector: string) {
    this.#tokens = selector.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
  }

  get next(): string {
    return this.#tokens[this.#next] ?? '';
  }

  take(): string {
    const token = this.next;
    this.#next++;
    return token;
  }
}

function isWord(token: string): boolean {
  return token !== '' && !/^[=!(),<>]/.test(token);
}

function checkRequirements(tokens: Tokens): void {
  while (tokens.next !== '') {
    if (!isWord(tokens.next) && tokens.next !== '!') {
      throw new SelectorFault(`found '${tokens.next}', expected: !, identifier, or 'end of string'`);
    }
    try {
      checkRequirement(tokens);
    } catch (cause) {
      if (!(cause instanceof SelectorFault)) throw cause;
      throw new SelectorFault(`unable to parse requirement: ${cause.message}`, { cause });
    }
    const separator = tokens.take();
    if (separator === '') return;
    if (separator !== ',') {
      throw new SelectorFault(`found '${separator}', expected: ',' or 'end of string'`);
    }
    if (!isWord(tokens.next) && tokens.next !== '!') {
      throw new SelectorFault(`found '${tokens.next}', expected: identifier after ','`);
    }
  }
}

function checkRequirement(tokens: Tokens): void {
  const isAbsence = tokens.next === '!';
  if (isAbsence) tokens.take();
  const key = tokens.take();
  if (!isWord(key)) throw new SelectorFault(`found '${key}', expected: identifier`);
  checkKey(key);
  if (isAbsence || tokens.next === '' || tokens.next === ',') return;
  const operator = tokens.take();
  const values = valuesBehind(operator, tokens);
  const faults = [...values].flatMap((value, i) => valueFaults(key, operator, value, i));
  if (faults.length > 1) throw new SelectorFault(`[${faults.join(', ')}]`);
  if (faults[0] !== undefined) throw new SelectorFault(faults[0]);
}

function valuesBehind(operator: string, tokens: Tokens): ReadonlySet<string> {
  switch (operator) {
    case 'in':
    case 'notin':
      return listedValues(tokens);
    case '=':
    case '==':
    case '!=':
    case '>':
    case '<':
      return new Set([exactValue(tokens)]);
    default:
      throw new SelectorFault(`found '${operator}', expected: ${BINARY_OPERATORS}`);
  }
}

function exactValue(tokens: Tokens): string {
  if (tokens.next === '' || tokens.next === ',') return '';
  const value = tokens.take();
  if (!isWord(value)) throw new SelectorFault(`found '${value}', expected: identifier`);
  return value;
}

function listedValues(tokens: Tokens): ReadonlySet<string> {
  const values = new Set<string>();
  const opening = tokens.take();
  if (opening !== '(') throw new SelectorFault(`found '${opening}' expected: '('`);
  if (tokens.next === ')') {
    tokens.take();
    return values.add('');
  }
  if (!isWord(tokens.next) && tokens.next !== ',') {
    throw new SelectorFault(`found '${tokens.next}', expected: ',', ')' or identifier`);
  }
  for (;;) {
    const token = tokens.take();
    if (isWord(token)) {
      values.add(token);
      if (tokens.next !== ',' && tokens.next !== ')') {
        throw new SelectorFault(`found '${tokens.next}', expected: ',' or ')'`);
      }
    } else if (token === ',') {
      if (values.size === 0 || tokens.next === ')' || tokens.next === ',') values.add('');
      if (tokens.next === ',') tokens.take();
    } else if (token === ')') return values;
    else throw new SelectorFault(`found '${token}', expected: ',', or identifier`);
  }
}

function checkKey(key: string): void {
  const rules = keyFaults(key);
  if (rules.length > 0) throw new SelectorFault(`<nil>: Invalid value: ${quoteGo(key)}: ${rules.join('; ')}`);
}

function keyFaults(key: string): string[] {
  const parts = key.split('/');
  const [name = ''] = parts.slice(-1);
  const faults: string[] = [];
  if (parts.length > 2) {
    const example = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key must consist of ${NAME_RULE} ${example}`];
  }
  if (parts.length === 2) faults.push(...prefixFaults(parts[0] ?? '').map((fault) => `prefix part ${fault}`));
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > LONGEST_NAME)
    faults.push(`name part must be no more than ${LONGEST_NAME} characters`);
  if (!NAME_SHAPE.test(name)) faults.push(`name part must consist of ${NAME_RULE}`);
  return faults;
}

function prefixFaults(prefix: string): string[] {
  if (prefix === '') return ['must be non-empty'];
  const faults: string[] = [];
  if (prefix.length > LONGEST_PREFIX) faults.push(`must be no more than ${LONGEST_PREFIX} characters`);
  if (!SUBDOMAIN_SHAPE.test(prefix)) faults.push(SUBDOMAIN_RULE);
  return faults;
}

function valueFaults(key: string, operator: string, value: string, index: number): string[] {
  const invalid = (where: string, rule: string): string =>
    `values[${index}]${where}: Invalid value: ${quoteGo(value)}: ${rule}`;
  const faults: string[] = [];
  if ((operator === '<' || operator === '>') && !/^[-+]?\d+$/.test(value)) {
    faults.push(invalid('', "for 'Gt', 'Lt' operators, the value must be an integer"));
  }
  const rules: string[] = [];
  if (value.length > LONGEST_NAME) rules.push(`must be no more than ${LONGEST_NAME} characters`);
  if (!VALUE_SHAPE.test(value)) rules.push(VALUE_RULE);
  if (rules.length > 0) faults.push(invalid(`[${key}]`, rules.join('; ')));
  return faults;
}
