import { type ErrorCode } from 'yaml';

/** How libyaml, which upstream uses, says what our parser found. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  MULTILINE_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  TAB_AS_INDENT: 'found character that cannot start any token',
  BAD_SCALAR_START: 'found character that cannot start any token',
  BAD_INDENT: 'did not find expected key',
  BLOCK_IN_FLOW: 'did not find expected node content',
  BAD_ALIAS: 'did not find expected alphabetic or numeric character',
  BAD_DQ_ESCAPE: 'found unknown escape character',
  KEY_OVER_1024_CHARS: "could not find expected ':'",
  UNEXPECTED_TOKEN: 'did not find expected key',
};

/** The reason of a syntax error in upstream's words where the two parsers mean the same, else in our parser's. */
export function syntaxWords(error: { readonly code: ErrorCode; readonly message: string }): string {
  // An open bracket is reported as the wrong indentation of what follows it.
  if (error.code === 'BAD_INDENT' && error.message.includes('end with a ]'))
    return "did not find expected ',' or ']'";
  if (error.code === 'BAD_INDENT' && error.message.includes('end with a }'))
    return "did not find expected ',' or '}'";
  if (error.code === 'MISSING_CHAR') {
    if (/closing ['"]quote|closing quote/.test(error.message)) return 'found unexpected end of stream';
    if (error.message.includes('flow sequence')) return "did not find expected ',' or ']'";
    if (error.message.includes('flow map')) return "did not find expected ',' or '}'";
    if (error.message.startsWith('Implicit map keys')) return "could not find expected ':'";
  }
  return WORDS[error.code] ?? error.message;
}
