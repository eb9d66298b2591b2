/**
 * Go's layouts, in which the parts of a reference time stand for themselves:
 * `Mon Jan 2 15:04:05.000 MST 2006`. Rules: https://pkg.go.dev/time#pkg-constants
 */
import { clockFields, type ClockFields, type Instant } from './instant.js';

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

const elements =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|__2|_2006|_2|002|0[1-6]|15|PM|pm|[-Z]07(?::?00(?::?00)?)?|[.,](?:0+|9+)(?!\d)|[1-5]/g;

/** One piece of a layout: an element of the reference time, or text that stands for itself. */
interface LayoutPart {
  readonly element: boolean;
  readonly text: string;
}

function layoutParts(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let end = 0;
  for (const match of layout.matchAll(elements)) {
    let text = match[0];
    let start = match.index;
    if (text === '_2006') {
      start++;
      text = '2006';
    }
    if (start > end) parts.push({ element: false, text: layout.slice(end, start) });
    parts.push({ element: true, text });
    end = start + text.length;
  }
  if (end < layout.length) parts.push({ element: false, text: layout.slice(end) });
  return parts;
}

/** Go's `Time.Format`. */
export function formatTime(instant: Instant, layout: string): string {
  const fields = clockFields(instant);
  return layoutParts(layout)
    .map((part) => (part.element ? elementText(part.text, fields) : part.text))
    .join('');
}

function digits(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0');
}

function elementText(element: string, fields: ClockFields): string {
  const hour12 = fields.hour % 12 === 0 ? 12 : fields.hour % 12;
  switch (element) {
    case '2006':
      return digits(fields.year, 4);
    case '06':
      return digits(((fields.year % 100) + 100) % 100, 2);
    case 'January':
      return monthNames[fields.month - 1] ?? '';
    case 'Jan':
      return (monthNames[fields.month - 1] ?? '').slice(0, 3);
    case '1':
      return String(fields.month);
    case '01':
      return digits(fields.month, 2);
    case 'Monday':
      return dayNames[fields.weekday] ?? '';
    case 'Mon':
      return (dayNames[fields.weekday] ?? '').slice(0, 3);
    case '2':
      return String(fields.day);
    case '_2':
      return String(fields.day).padStart(2, ' ');
    case '02':
      return digits(fields.day, 2);
    case '__2':
      return String(fields.yearDay).padStart(3, ' ');
    case '002':
      return digits(fields.yearDay, 3);
    case '15':
      return digits(fields.hour, 2);
    case '3':
      return String(hour12);
    case '03':
      return digits(hour12, 2);
    case '4':
      return String(fields.minute);
    case '04':
      return digits(fields.minute, 2);
    case '5':
      return String(fields.second);
    case '05':
      return digits(fields.second, 2);
    case 'PM':
      return fields.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return fields.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return fields.abbreviation;
    default:
      return /^[.,]/.test(element)
        ? fraction(element, fields.nanosecond)
        : offset(element, fields.offsetSeconds);
  }
}

function fraction(element: string, nanosecond: number): string {
  const text = digits(nanosecond, 9).slice(0, element.length - 1);
  if (element.charAt(1) === '0') return element.charAt(0) + text.padEnd(element.length - 1, '0');
  const trimmed = text.replace(/0+$/, '');
  return trimmed === '' ? '' : element.charAt(0) + trimmed;
}

function offset(element: string, offsetSeconds: number): string {
  if (element.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const size = Math.abs(offsetSeconds);
  const separator = element.includes(':') ? ':' : '';
  const count = (element.replaceAll(':', '').length - 1) / 2;
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].slice(0, count);
  return (offsetSeconds < 0 ? '-' : '+') + parts.map((part) => digits(part, 2)).join(separator);
}
