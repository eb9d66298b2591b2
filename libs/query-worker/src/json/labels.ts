import { type Labels } from '@narthex/model';

/** Printable ASCII but quote and backslash: what stands in JSON as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** `{"name":"value",…}` in the order of the names. */
export function labelsJson(labels: Labels): string {
  const pairs = labels.pairs();
  let text = '{';
  for (let i = 0; i < pairs.length; i += 2) {
    text += `${i === 0 ? '' : ','}${quoted(pairs[i]!)}:${quoted(pairs[i + 1]!)}`;
  }
  return text + '}';
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
