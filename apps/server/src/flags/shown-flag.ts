import { formatByteSize, parseByteSize } from '@narthex/config';
import { formatGoDuration } from '@narthex/gotemplate';
import { formatDuration, formatFloatG, parseDuration, parseFloatGo } from '@narthex/model';
import {
  booleanFlag,
  choiceFlag,
  type FlagSpec,
  FlagValueError,
  integerFlag,
  listFlag,
  parsedFlag,
  parseGoDuration,
  parseInt64,
  stringFlag,
} from '@narthex/process';

/** A flag that also knows how `/api/v1/status/flags` shows its value. */
export interface ShownFlag<T> extends FlagSpec<T> {
  readonly show: (value: T) => string;
}

interface Described {
  readonly help: string;
  readonly hidden?: boolean;
}

function shown<T>(spec: FlagSpec<T>, show: (value: T) => string): ShownFlag<T> {
  return { ...spec, show };
}

export function text(defaultValue: string, help: string, hidden = false): ShownFlag<string> {
  return shown(stringFlag(defaultValue, described(help, hidden)), (value) => value);
}

export function texts(defaultValue: readonly string[], help: string): ShownFlag<readonly string[]> {
  return shown(listFlag(defaultValue, { help }), (value) => value.join(','));
}

/** A list out of some values; all of them by default. */
export function textsOf(
  allowed: readonly string[],
  help: string,
  refuse: (value: string) => string,
): ShownFlag<readonly string[]> {
  const spec = listFlag(allowed, { help });
  const parse = (values: readonly string[]): readonly string[] => {
    const wrong = values.find((value) => !allowed.includes(value));
    if (wrong !== undefined) throw new FlagValueError(refuse(wrong));
    return values;
  };
  return shown({ ...spec, parse }, (value) => value.join(','));
}

export function boolean(defaultValue: boolean, help: string, hidden = false): ShownFlag<boolean> {
  return shown(booleanFlag(defaultValue, described(help, hidden)), String);
}

export function integer(defaultValue: number, help: string, hidden = false): ShownFlag<number> {
  return shown(integerFlag(defaultValue, described(help, hidden)), String);
}

/** A whole number of 64 bits, in any base that Go reads. */
export function integer64(defaultText: string, help: string): ShownFlag<number> {
  return shown(parsedFlag(defaultText, parseInt64, { help }), String);
}

export function float(defaultText: string, help: string): ShownFlag<number> {
  return shown(parsedFlag(defaultText, parseFloatGo, { help }), formatFloatG);
}

/** A duration in milliseconds, written and shown as Go does. */
export function goDuration(defaultText: string, help: string, hidden = false): ShownFlag<number> {
  const spec = parsedFlag(defaultText, parseGoDuration, described(help, hidden));
  return shown(spec, (valueMs) => formatGoDuration(BigInt(Math.round(valueMs * 1e6))));
}

/** A duration in milliseconds. An empty default is 0: not given. */
export function duration(defaultText: string, help: string, hidden = false): ShownFlag<number> {
  const spec = parsedFlag(defaultText === '' ? '0' : defaultText, parseDuration, described(help, hidden));
  return shown({ ...spec, defaultText }, formatDuration);
}

/** A size in bytes. An empty default is 0: not given. */
export function byteSize(help: string, hidden = false): ShownFlag<number> {
  return shown(
    { ...parsedFlag('0', parseByteSize, described(help, hidden)), defaultText: '' },
    formatByteSize,
  );
}

export function choice<const C extends string>(
  choices: readonly C[],
  defaultValue: C,
  options: Described & { readonly refuse: (value: string) => string },
): ShownFlag<C> {
  return shown(choiceFlag(choices, defaultValue, options), (value) => value);
}

function described(help: string, hidden: boolean): Described {
  return hidden ? { help, hidden } : { help };
}
