import { type ScalarTag } from './yaml-node.js';

const NULL = /^(?:|~|null|Null|NULL)$/;
const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INT = /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*)$/;
const FLOAT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/;
const FLOAT_WORD = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Whole numbers from here on are read as fractions. */
const LARGEST_INT = 2 ** 64;

/**
 * What a plain scalar is taken for: the rules of YAML 1.1 as far as Go's YAML library follows them, `yes` and `off`
 * included (https://yaml.org/type/).
 */
export function plainScalarTag(text: string): ScalarTag {
  if (NULL.test(text)) return '!!null';
  if (TRUE.test(text) || FALSE.test(text)) return '!!bool';
  if (INT.test(text)) return Math.abs(numberOf(text)) < LARGEST_INT ? '!!int' : '!!float';
  if (FLOAT.test(text) || FLOAT_WORD.test(text)) return '!!float';
  return '!!str';
}

export function boolOf(text: string): boolean {
  return TRUE.test(text);
}

/** The number a scalar of tag `!!int` or `!!float` stands for. */
export function numberOf(text: string): number {
  const plain = text.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  if (/^\.inf$/i.test(digits)) return sign * Infinity;
  if (/^\.nan$/i.test(digits)) return NaN;
  if (/^0o?[0-7]+$/.test(digits)) return sign * parseInt(digits.replace('o', ''), 8);
  return sign * Number(digits);
}
