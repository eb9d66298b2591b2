import { compareText, formatFloatExponent, formatFloat, formatFloatG } from '@narthex/model';
import { type AnyValue, type AttributeMap, isList } from '../data/attributes.js';

/**
 * The value of an attribute as the value of a label: maps and lists as JSON in the way of Go's encoder, bytes in base 64
 * (https://opentelemetry.io/docs/specs/otel/common/#mapping-to-non-otlp-protocols).
 */
export function valueText(value: AnyValue): string {
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? jsonNumber(value) : `json: unsupported value: ${formatFloatG(value)}`;
    default:
      if (value instanceof Uint8Array) return base64(value);
      // Go's encoder gives up on NaN and infinity wherever they lie.
      return isFiniteAll(value) ? json(value) : '';
  }
}

/** Exponents from 1e21 on and below 1e-6, of as few digits as can be. */
function jsonNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21)) return formatFloat(value);
  return formatFloatExponent(value).replace(/e-0(\d)$/, 'e-$1');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function isFiniteAll(value: AnyValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value instanceof Uint8Array) return true;
  if (isList(value)) return value.every(isFiniteAll);
  return value.entries.every(([, inner]) => isFiniteAll(inner));
}

function json(value: AnyValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'string':
      return jsonText(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return jsonNumber(value);
    default:
      if (value instanceof Uint8Array) return `"${base64(value)}"`;
      return isList(value) ? `[${value.map(json).join(',')}]` : jsonMap(value);
  }
}

/** Keys in their order, each once: the last of a key counts. */
function jsonMap({ entries }: AttributeMap): string {
  const sorted = [...new Map(entries)].sort(([a], [b]) => compareText(a, b));
  return `{${sorted.map(([key, value]) => `${jsonText(key)}:${json(value)}`).join(',')}}`;
}

/** Go's encoder escapes what might be HTML, and the line separators of JavaScript. */
function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
