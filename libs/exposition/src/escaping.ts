import { isPlainMetricName } from '@narthex/model';
import { type EscapingScheme } from './negotiation.js';

const LEGACY_CHARACTER = /^[a-zA-Z0-9_:]$/;

/**
 * A name in characters that older parsers know, as far as the scheme asks for it
 * (https://prometheus.io/docs/instrumenting/escaping_schemes/). Names that they know are left alone.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (scheme === 'allow-utf-8' || isPlainMetricName(name)) return name;
  const characters = Array.from(name);
  switch (scheme) {
    case 'underscores':
      return characters.map((one, i) => (isLegacy(one, i) ? one : '_')).join('');
    case 'dots':
      return characters.map(dotted).join('');
    case 'values':
      return `U__${characters.map(coded).join('')}`;
  }
}

function isLegacy(character: string, place: number): boolean {
  return LEGACY_CHARACTER.test(character) && !(place === 0 && /\d/.test(character));
}

function dotted(character: string, place: number): string {
  if (character === '_') return '__';
  if (character === '.') return '_dot_';
  return isLegacy(character, place) ? character : '__';
}

function coded(character: string, place: number): string {
  if (character === '_') return '__';
  if (isLegacy(character, place)) return character;
  return `_${character.codePointAt(0)!.toString(16)}_`;
}
