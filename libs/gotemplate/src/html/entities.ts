/**
 * The character references that matter for telling contexts apart inside attribute values that a template's author
 * wrote: punctuation and space. Others are left as they stand.
 */
const namedEntities: ReadonlyMap<string, string> = new Map([
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['Tab', '\t'],
  ['NewLine', '\n'],
  ['colon', ':'],
  ['semi', ';'],
  ['comma', ','],
  ['period', '.'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['lpar', '('],
  ['rpar', ')'],
  ['lsqb', '['],
  ['rsqb', ']'],
  ['lcub', '{'],
  ['rcub', '}'],
  ['num', '#'],
  ['quest', '?'],
  ['equals', '='],
  ['plus', '+'],
  ['ast', '*'],
  ['excl', '!'],
  ['dollar', '$'],
  ['percnt', '%'],
  ['commat', '@'],
  ['grave', '`'],
]);

export function unescapeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]+));?/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return namedEntities.get(name) ?? whole;
      const point = decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal);
      return point === 0 || point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
    },
  );
}
