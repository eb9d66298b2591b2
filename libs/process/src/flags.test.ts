import { describe, expect, test } from '@jest/globals';
import { booleanFlag, choiceFlag, helpText, integerFlag, listFlag, parseFlags, stringFlag } from './flags.js';

const about = { program: 'thing', about: 'A thing.' };
const specs = {
  'config.file': stringFlag('thing.yml', { help: 'Configuration file.' }),
  'web.listen-address': listFlag(['0.0.0.0:9090'], { help: 'Address to listen on. Can be repeated.' }),
  'web.enable-lifecycle': booleanFlag(false, { help: 'Enable reload.' }),
  'query.max-samples': integerFlag(50, { help: 'Samples.' }),
  'log.level': choiceFlag(['info', 'warn'], 'info', {
    help: 'Level.',
    refuse: (text) => `unrecognized log level ${text}`,
  }),
  'hidden.flag': stringFlag('', { help: 'Not shown.', hidden: true }),
};

describe('a command line that runs', () => {
  test.each<[string[], Record<string, unknown>]>([
    [
      [],
      { 'config.file': 'thing.yml', 'web.enable-lifecycle': false, 'web.listen-address': ['0.0.0.0:9090'] },
    ],
    [['--config.file=a=b'], { 'config.file': 'a=b' }],
    [['--config.file', 'x'], { 'config.file': 'x' }],
    [['--config.file='], { 'config.file': '' }],
    [['--web.listen-address=:1', '--web.listen-address', ':2'], { 'web.listen-address': [':1', ':2'] }],
    [['--web.enable-lifecycle'], { 'web.enable-lifecycle': true }],
    [['--no-web.enable-lifecycle'], { 'web.enable-lifecycle': false }],
    [['--query.max-samples=1.9'], { 'query.max-samples': 1 }],
    [['--query.max-samples', '1e3'], { 'query.max-samples': 1000 }],
    [['--query.max-samples=1_000'], { 'query.max-samples': 1000 }],
    [['--query.max-samples=-5'], { 'query.max-samples': -5 }],
    [['--query.max-samples=7', '--log.level=warn'], { 'query.max-samples': 7, 'log.level': 'warn' }],
  ])('%j', (argv, expected) => {
    const outcome = parseFlags(about, specs, argv);
    expect(outcome.kind).toBe('run');
    expect(outcome.kind === 'run' && outcome.values).toMatchObject(expected);
  });

  test('tells which flags were given', () => {
    const outcome = parseFlags(about, specs, ['--no-web.enable-lifecycle']);
    expect(outcome.kind === 'run' && [...outcome.given]).toEqual(['web.enable-lifecycle']);
  });
});

describe('a command line that is wrong', () => {
  test.each([
    [['--foo'], 'syntax', "unknown long flag '--foo'"],
    [['--no-config.file'], 'syntax', "unknown long flag '--no-config.file'"],
    [['-x'], 'syntax', "unknown short flag '-x'"],
    [['stray'], 'syntax', 'unexpected stray'],
    [['--web.enable-lifecycle=false'], 'syntax', 'unexpected false'],
    [['--log.level'], 'syntax', "expected argument for flag '--log.level'"],
    [['--config.file', '--web.enable-lifecycle'], 'syntax', "expected argument for flag '--config.file'"],
    [['--config.file', '-x'], 'syntax', "expected argument for flag '--config.file'"],
    [['--config.file', '--'], 'syntax', "expected argument for flag '--config.file'"],
    [['--', '--foo'], 'syntax', 'unexpected --foo'],
    [['--help', '--foo'], 'syntax', "unknown long flag '--foo'"],
    [['--log.level=foo', '--foo'], 'syntax', "unknown long flag '--foo'"],
    [['--toString=1'], 'syntax', "unknown long flag '--toString'"],
    [['--config.file=a', '--config.file=b'], 'value', "flag 'config.file' cannot be repeated"],
    [
      ['--web.enable-lifecycle', '--no-web.enable-lifecycle'],
      'value',
      "flag 'web.enable-lifecycle' cannot be repeated",
    ],
    [['--log.level=foo', '--query.max-samples=x'], 'value', 'unrecognized log level foo'],
    [['--query.max-samples=0x10'], 'value', 'strconv.ParseFloat: parsing "0x10": invalid syntax'],
    [['--query.max-samples=abc'], 'value', 'strconv.ParseFloat: parsing "abc": invalid syntax'],
    [['--log.level=foo'], 'value', 'unrecognized log level foo'],
  ])('%j', (argv, kind, message) => {
    expect(parseFlags(about, specs, argv)).toEqual({ kind, message });
  });
});

test.each([['--help'], ['-h']])('%s shows the flags that are not hidden', (flag) => {
  const outcome = parseFlags(about, specs, [flag]);
  expect(outcome).toEqual({ kind: 'help', text: helpText(about, specs) });
  const text = helpText(about, specs);
  expect(text).toContain('usage: thing [<flags>]');
  expect(text).toContain('--[no-]web.enable-lifecycle');
  expect(text).not.toContain('hidden.flag');
});

test('--version is told apart', () => {
  expect(parseFlags(about, specs, ['--version'])).toEqual({ kind: 'version' });
});
