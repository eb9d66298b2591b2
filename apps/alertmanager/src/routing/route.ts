import { type Labels } from '@narthex/model';
import { compareMatchers, formatMatchers, type LabelMatcher, meetsAll } from '../matchers/label-matcher';

/** A node of the routing tree as the configuration gives it; what is undefined comes from the parent. */
export interface RouteDefinition {
  readonly receiver: string | undefined;
  /** `all` groups by every label. */
  readonly groupBy: readonly string[] | 'all' | undefined;
  readonly matchers: readonly LabelMatcher[];
  readonly continues: boolean;
  readonly groupWaitMs: number | undefined;
  readonly groupIntervalMs: number | undefined;
  readonly repeatIntervalMs: number | undefined;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly RouteDefinition[];
}

/** How the alerts of a route are grouped, timed and received. */
export interface RouteSettings {
  readonly receiver: string;
  readonly groupBy: ReadonlySet<string> | 'all';
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

const DEFAULTS: RouteSettings = {
  receiver: '',
  groupBy: new Set(),
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * 60_000,
  repeatIntervalMs: 4 * 3_600_000,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
};

/** A node of the routing tree. */
export class Route {
  readonly settings: RouteSettings;
  /** The matchers from the root down to here; two routes may share it. */
  readonly key: string;
  /** The key and the place among its siblings. */
  readonly id: string;
  readonly children: readonly Route[];
  readonly #matchers: readonly LabelMatcher[];
  readonly #continues: boolean;

  constructor(definition: RouteDefinition, parent?: Route, position?: number) {
    this.settings = inherit(parent?.settings ?? DEFAULTS, definition);
    this.#matchers = [...definition.matchers].sort(compareMatchers);
    this.#continues = definition.continues;
    const ownKey = formatMatchers(this.#matchers);
    this.key = parent === undefined ? ownKey : `${parent.key}/${ownKey}`;
    this.id = position === undefined ? this.key : `${this.key}/${position}`;
    this.children = definition.routes.map((child, i) => new Route(child, this, i));
  }

  /**
   * The routes that take an alert of these labels: depth first, the first child that matches, and further ones after
   * a child that continues; the node itself where no child matches. Empty where the node does not match.
   */
  match(labels: Labels): Route[] {
    if (!meetsAll(labels, this.#matchers)) return [];
    const found: Route[] = [];
    for (const child of this.children) {
      const matches = child.match(labels);
      found.push(...matches);
      if (matches.length > 0 && !child.#continues) break;
    }
    return found.length > 0 ? found : [this];
  }

  /** The labels by which an alert is grouped here. */
  groupLabels(labels: Labels): Labels {
    const { groupBy } = this.settings;
    return groupBy === 'all' ? labels : labels.filter((name) => groupBy.has(name));
  }

  /** This node and all below, depth first. */
  *walk(): Generator<Route> {
    yield this;
    for (const child of this.children) yield* child.walk();
  }
}

/** Time intervals are a node's own; everything else comes down from the parent. */
function inherit(parent: RouteSettings, definition: RouteDefinition): RouteSettings {
  const { groupBy } = definition;
  return {
    receiver: definition.receiver ?? parent.receiver,
    groupBy: groupBy === undefined ? parent.groupBy : groupBy === 'all' ? 'all' : new Set(groupBy),
    groupWaitMs: definition.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: definition.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: definition.repeatIntervalMs ?? parent.repeatIntervalMs,
    muteTimeIntervals: definition.muteTimeIntervals,
    activeTimeIntervals: definition.activeTimeIntervals,
  };
}
