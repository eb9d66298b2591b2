/** Undoes CSS escapes: `\` and a character, or `\` and one to six hexadecimal digits with a space behind. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|([^]))/g,
    (_, hex: string | undefined, character: string | undefined) => {
      if (hex === undefined) return character ?? '';
      const point = parseInt(hex, 16);
      return String.fromCodePoint(point > 0x10ffff ? 0xfffd : point);
    },
  );
}
