/** The code points of a text, which is what Go counts as characters. */
export function characters(text: string): readonly string[] {
  return Array.from(text);
}

export function firstCharacters(text: string, count: number): string {
  return characters(text).slice(0, count).join('');
}
