import { quoteGo } from '@narthex/model';
import { TranslationError } from '../errors.js';

export interface LabelNameRules {
  /** Names stay as they are. */
  readonly utf8: boolean;
  /** `key` is put before a leading underscore, unless there are two. */
  readonly prefixUnderscore: boolean;
  /** Several underscores in a row are kept. */
  readonly keepUnderscores: boolean;
}

/** How many names are remembered: attributes have few, but a sender might make them up. */
const MOST_KNOWN = 10_000;

/** Makes names of labels of the keys of attributes, and remembers them. */
export class LabelNamer {
  readonly #rules: LabelNameRules;
  readonly #known = new Map<string, string>();

  constructor(rules: LabelNameRules) {
    this.#rules = rules;
  }

  /** @throws TranslationError when nothing of the key is left. */
  name(key: string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = labelName(key, this.#rules);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, name);
    return name;
  }
}

/** @throws TranslationError when nothing of the key is left. */
export function labelName(key: string, rules: LabelNameRules): string {
  if (key === '') throw new TranslationError('label name is empty');
  if (rules.utf8) {
    if (isUnderscores(key)) {
      throw new TranslationError(`label name ${quoteGo(key)} contains only underscores`);
    }
    return key;
  }
  const name = prefixed(rules.keepUnderscores ? escaped(key) : collapsed(key), rules);
  if (isUnderscores(name)) {
    const from = quoteGo(key);
    throw new TranslationError(
      `normalization for label name ${from} resulted in invalid name ${quoteGo(name)}`,
    );
  }
  return name;
}

function prefixed(name: string, { prefixUnderscore }: LabelNameRules): string {
  if (/^\d/.test(name)) return `key_${name}`;
  return prefixUnderscore && /^_(?!_)/.test(name) ? `key${name}` : name;
}

function escaped(key: string): string {
  return key.replace(/[^a-zA-Z0-9]/gu, '_');
}

/** One underscore for several, but for those that reserved names such as `__name__` begin and end with. */
function collapsed(key: string): string {
  const isReserved = key.length >= 4 && key.startsWith('__') && key.endsWith('__');
  if (isReserved) return `__${escaped(key.slice(2, -2)).replace(/_+/g, '_')}__`;
  return escaped(key).replace(/_+/g, '_');
}

function isUnderscores(text: string): boolean {
  return /^_*$/.test(text);
}
