import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TemplateEscapeError, TemplateExecutionError, TemplateParseError } from '../errors.js';
import { HtmlTemplateSet } from '../html/html-template-set.js';
import { TemplateSet } from '../template-set.js';

describe('any text', () => {
  const words = [
    ...[
      '{{',
      '}}',
      '{{-',
      '-}}',
      ' ',
      '\n',
      '.',
      '$',
      '$x',
      ':=',
      '=',
      '|',
      ',',
      '(',
      ')',
      '"',
      '`',
      "'",
      '\\',
      '/*',
      '*/',
    ],
    ...[
      'if',
      'else',
      'end',
      'range',
      'with',
      'define',
      'template',
      'block',
      'break',
      'continue',
      'nil',
      'true',
      'print',
    ],
    ...[
      'len',
      '.a',
      '.b.c',
      '1',
      '1.5',
      '-',
      '0x',
      '"s"',
      '`r`',
      "'c'",
      'é',
      '<a ',
      '">',
      '<script>',
      '</script>',
      '/',
    ],
  ];
  const text = fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(''));
  const action = fc
    .array(fc.constantFrom(...words.slice(4)), { maxLength: 5 })
    .map((parts) => `{{${parts.join(' ')}}}`);

  test.each([
    ['text', (): TemplateSet => new TemplateSet()],
    ['HTML', (): HtmlTemplateSet => new HtmlTemplateSet()],
  ])('as %s renders or fails in a known way', (_, create) => {
    const known = [TemplateParseError, TemplateExecutionError, TemplateEscapeError];
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(fc.oneof(action, text), { maxLength: 4 }).map((all) => all.join('')),
        ),
        (source) => {
          try {
            const output = create()
              .parse('t', source)
              .execute('t', new Map([['a', 'x']]));
            expect(typeof output).toBe('string');
          } catch (error) {
            expect(known.some((kind) => error instanceof kind)).toBe(true);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('text without actions stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        fc.pre(!source.includes('{{'));
        expect(new TemplateSet().parse('t', source).execute('t', null)).toBe(source);
      }),
    );
  });
});
