import { check, duration, type Field, flag, list, optional, section, text } from '@narthex/config';
import { quoteGo } from '@narthex/model';
import { z } from 'zod';
import { type LabelMatcher } from '../../matchers/label-matcher';
import { type MatcherParser } from '../../matchers/matcher-parser';
import { type RouteDefinition } from '../../routing/route';
import { exactMatches, matchers, missingExpression, namedMatchers, regexMatches } from './matcher-fields';

/** A node of `route`. */
export interface RouteSection {
  readonly receiver: string;
  readonly group_by: readonly string[] | undefined;
  readonly match: ReadonlyMap<string, LabelMatcher | undefined>;
  readonly match_re: ReadonlyMap<string, LabelMatcher | undefined>;
  readonly matchers: readonly LabelMatcher[];
  readonly mute_time_intervals: readonly string[];
  readonly active_time_intervals: readonly string[];
  readonly continue: boolean;
  readonly routes: readonly RouteSection[];
  readonly group_wait: number | undefined;
  readonly group_interval: number | undefined;
  readonly repeat_interval: number | undefined;
}

const EVERY_LABEL = '...';

export function routeSection(parser: MatcherParser): Field<RouteSection> {
  const node: Field<RouteSection> = check(
    section('config.plain', {
      receiver: text(),
      group_by: optional(list(text({ always: true }), { always: true })),
      match: exactMatches(),
      match_re: regexMatches('config.plain'),
      matchers: matchers(parser),
      mute_time_intervals: list(text()),
      active_time_intervals: list(text()),
      continue: flag({ always: true }),
      routes: list(z.lazy(() => node) as unknown as Field<RouteSection>, { goType: '[]*config.Route' }),
      group_wait: optional(duration({ always: true })),
      group_interval: optional(duration({ always: true })),
      repeat_interval: optional(duration({ always: true })),
    }),
    (route) => faultOf(route, parser),
  ) as unknown as Field<RouteSection>;
  return node;
}

function faultOf(route: RouteSection, parser: MatcherParser): string | undefined {
  const groupBy = (route.group_by ?? []).filter((name) => name !== EVERY_LABEL);
  const invalid = groupBy.find((name) => !parser.isValidLabelName(name));
  if (invalid !== undefined) return `invalid label name ${quoteGo(invalid)} in group_by list`;
  if (groupBy.length > 0 && route.group_by?.includes(EVERY_LABEL) === true) {
    return 'cannot have wildcard group_by (`...`) and other labels at the same time';
  }
  const again = groupBy.find((name, i) => groupBy.indexOf(name) !== i);
  if (again !== undefined) return `duplicated label ${quoteGo(again)} in group_by`;
  if (route.group_interval === 0) return 'group_interval cannot be zero';
  if (route.repeat_interval === 0) return 'repeat_interval cannot be zero';
  return missingExpression(route.match_re);
}

/** The node for the routing tree. */
export function routeDefinition(route: RouteSection): RouteDefinition {
  return {
    receiver: route.receiver === '' ? undefined : route.receiver,
    groupBy: route.group_by?.includes(EVERY_LABEL) === true ? 'all' : route.group_by,
    matchers: [...namedMatchers(route.match, route.match_re), ...route.matchers],
    continues: route.continue,
    groupWaitMs: route.group_wait,
    groupIntervalMs: route.group_interval,
    repeatIntervalMs: route.repeat_interval,
    muteTimeIntervals: route.mute_time_intervals,
    activeTimeIntervals: route.active_time_intervals,
    routes: route.routes.map(routeDefinition),
  };
}

/** A node and all below, the deepest first: the order in which upstream checks references. */
export function* routesDeepestFirst(route: RouteSection): Generator<RouteSection> {
  for (const child of route.routes) yield* routesDeepestFirst(child);
  yield route;
}
