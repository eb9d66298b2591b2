import { check, list, optional, section, text } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { type z } from 'zod';
import { type MatcherParser } from '../../matchers/matcher-parser';
import { unsupported } from '../unsupported';
import { globalSection } from './global';
import { inhibitionSection } from './inhibition';
import { namedIntervalSection } from './intervals';
import { receiverSection } from './receiver';
import { routesDeepestFirst, routeSection, type RouteSection } from './route';

/** The whole configuration file. */
export function rootSection(parser: MatcherParser): z.ZodType<Root> {
  return check(rootFields(parser), (root) => {
    const { route } = root;
    // What is wrong inside a receiver is said first.
    if (root.receivers.some(({ name }) => name === '')) return undefined;
    const repeated = firstRepeated(root.receivers.map(({ name }) => name));
    if (repeated !== undefined) return `notification config name ${quoteGo(repeated)} is not unique`;
    if (route === undefined) return 'no routes provided';
    return rootRouteFault(route) ?? referenceFault(root, route);
  });
}

function rootFields(parser: MatcherParser) {
  return section('config.plain', {
    global: globalSection,
    route: optional(routeSection(parser)),
    inhibit_rules: list(inhibitionSection(parser), { goType: '[]common.InhibitRule' }),
    receivers: list(receiverSection, { goType: '[]config.Receiver' }),
    templates: list(text(), { always: true }),
    mute_time_intervals: list(namedIntervalSection('mute time interval'), {
      goType: '[]config.MuteTimeInterval',
    }),
    time_intervals: list(namedIntervalSection('time interval'), { goType: '[]config.TimeInterval' }),
    tracing: unsupported('tracing'),
    event_recorder: unsupported('event_recorder'),
  });
}

type Root = z.output<ReturnType<typeof rootFields>>;

/** A checked configuration file; it has a route. */
export type RootSection = Root & { readonly route: RouteSection };

function rootRouteFault(route: RouteSection): string | undefined {
  if (route.receiver === '') return 'root route must specify a default receiver';
  if (route.match.size + route.match_re.size + route.matchers.length > 0)
    return 'root route must not have any matchers';
  if (route.mute_time_intervals.length > 0) return 'root route must not have any mute time intervals';
  if (route.active_time_intervals.length > 0) return 'root route must not have any active time intervals';
  return route.continue ? 'cannot have continue in root route' : undefined;
}

/** Everything that is named must be there, and intervals once only. */
function referenceFault(root: Root, route: RouteSection): string | undefined {
  const receivers = new Set(root.receivers.map(({ name }) => name));
  for (const { receiver } of routesDeepestFirst(route)) {
    if (receiver !== '' && !receivers.has(receiver))
      return `undefined receiver ${quoteGo(receiver)} used in route`;
  }
  const muted = root.mute_time_intervals.map(({ name }) => name);
  const repeatedMuted = firstRepeated(muted);
  if (repeatedMuted !== undefined) return `mute time interval ${quoteGo(repeatedMuted)} is not unique`;
  const intervals = [...muted, ...root.time_intervals.map(({ name }) => name)];
  const repeated = firstRepeated(intervals);
  if (repeated !== undefined) return `time interval ${quoteGo(repeated)} is not unique`;
  for (const { active_time_intervals, mute_time_intervals } of routesDeepestFirst(route)) {
    const unknown = [...active_time_intervals, ...mute_time_intervals].find(
      (name) => !intervals.includes(name),
    );
    if (unknown !== undefined) return `undefined time interval ${quoteGo(unknown)} used in route`;
  }
  return undefined;
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}
