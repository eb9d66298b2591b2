/** As Go's `strings.ToLower`: letter by letter, each becoming one letter; no look at its neighbours. */
export function lowerCaseGo(text: string): string {
  return isAscii(text)
    ? text.toLowerCase()
    : eachLetter(text, (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase()));
}

/** As Go's `strings.ToUpper`; `ß` stays, since its capital is two letters. */
export function upperCaseGo(text: string): string {
  return isAscii(text) ? text.toUpperCase() : eachLetter(text, (letter) => letter.toUpperCase());
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function eachLetter(text: string, change: (letter: string) => string): string {
  let changed = '';
  for (const letter of text) {
    const other = change(letter);
    changed += Array.from(other).length === 1 ? other : letter;
  }
  return changed;
}
