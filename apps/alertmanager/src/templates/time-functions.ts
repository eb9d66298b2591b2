import {
  durationType,
  formatTime,
  func,
  type GoValue,
  type Instant,
  instantFromUnixMs,
  type TemplateFunction,
  TemplateFunctionError,
  timeType,
  types,
  zoneByName,
} from '@narthex/gotemplate';
import { type Clock } from '@narthex/process';

/** `date`, `tz`, `now`, `since`. */
export function timeFunctions(clock: Clock): readonly (readonly [string, TemplateFunction])[] {
  const now = (): Instant => instantFromUnixMs(clock.nowMs());
  return [
    ['date', func([types.string, timeType], (layout, at) => formatTime(at, layout))],
    ['tz', func([types.string, timeType], inZone)],
    ['now', func([], () => timeType.of(now()))],
    ['since', func([timeType], (at) => durationType.of(now().unixNanoseconds - at.unixNanoseconds))],
  ];
}

function inZone(name: string, at: Instant): GoValue {
  const zone = zoneByName(name);
  if (zone === undefined) throw new TemplateFunctionError(`unknown time zone ${name}`);
  return timeType.of({ ...at, zone });
}
