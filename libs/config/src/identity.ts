import { Labels, RelabelRule } from '@narthex/model';
import { Secret } from './secret.js';

/**
 * A text that two decoded configurations share exactly when they mean the same, secrets included: to tell on a reload
 * what may go on as it is. Never to be shown.
 */
export function configIdentity(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (value instanceof RelabelRule) return plain(value.given);
  if (value instanceof Labels) return value.pairs();
  if (value instanceof Map) return { map: [...value].map(plain) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return { bigint: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}
