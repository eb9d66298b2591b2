import { type Alert } from '../alerts/alert';
import { type Dispatcher } from '../dispatch/dispatcher';
import { type Route } from '../routing/route';

/** What the API needs to know of the configuration in force; it changes with every reload. */
export interface Current {
  readonly resolveTimeoutMs: number;
  readonly route: Route;
  readonly dispatcher: Dispatcher;
  /** Names and labels of all receivers, in the order of the file. */
  readonly receivers: readonly { readonly name: string; readonly labels: ReadonlyMap<string, string> }[];
  /** The configuration as YAML. */
  readonly shownConfig: string;
  /** Finds out anew what mutes an alert. */
  readonly updateStatus: (alert: Alert) => void;
}
