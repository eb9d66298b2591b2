/** What a lexer cuts the bytes into; the names are those that upstream's error messages show. */
export const TOKEN = {
  invalid: 0,
  eof: 1,
  linebreak: 2,
  whitespace: 3,
  help: 4,
  type: 5,
  unit: 6,
  eofWord: 7,
  text: 8,
  comment: 9,
  metricName: 10,
  quotedString: 11,
  braceOpen: 12,
  braceClose: 13,
  labelName: 14,
  labelValue: 15,
  comma: 16,
  equal: 17,
  timestamp: 18,
  value: 19,
} as const;
export type Token = (typeof TOKEN)[keyof typeof TOKEN];

const NAMES: Readonly<Record<Token, string>> = {
  [TOKEN.invalid]: 'INVALID',
  [TOKEN.eof]: 'EOF',
  [TOKEN.linebreak]: 'LINEBREAK',
  [TOKEN.whitespace]: 'WHITESPACE',
  [TOKEN.help]: 'HELP',
  [TOKEN.type]: 'TYPE',
  [TOKEN.unit]: 'UNIT',
  [TOKEN.eofWord]: 'EOFWORD',
  [TOKEN.text]: 'TEXT',
  [TOKEN.comment]: 'COMMENT',
  [TOKEN.metricName]: 'MNAME',
  [TOKEN.quotedString]: 'QSTRING',
  [TOKEN.braceOpen]: 'BOPEN',
  [TOKEN.braceClose]: 'BCLOSE',
  [TOKEN.labelName]: 'LNAME',
  [TOKEN.labelValue]: 'LVALUE',
  [TOKEN.comma]: 'COMMA',
  [TOKEN.equal]: 'EQUAL',
  [TOKEN.timestamp]: 'TIMESTAMP',
  [TOKEN.value]: 'VALUE',
};

/** The token's name in error messages. */
export function tokenName(token: Token): string {
  return NAMES[token];
}

/** Where a lexer stands within a line. */
export const STATE = {
  start: 0,
  comment: 1,
  metaName: 2,
  metaText: 3,
  labels: 4,
  labelValue: 5,
  value: 6,
  timestamp: 7,
  exemplarLabels: 8,
  exemplarValue: 9,
  exemplarTimestamp: 10,
} as const;
export type LexerState = (typeof STATE)[keyof typeof STATE];
