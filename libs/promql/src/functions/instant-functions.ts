import { CALENDAR_FUNCTIONS } from './calendar.js';

const { PI } = Math;

/** Functions that turn each float of a vector into another, on their own. */
const MATH_FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => (value * 180) / PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * PI) / 180,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** By name; functions of a time in seconds among them. */
export const INSTANT_FUNCTIONS: ReadonlyMap<string, (value: number) => number> = new Map([
  ...Object.entries(MATH_FUNCTIONS),
  ...CALENDAR_FUNCTIONS,
]);
