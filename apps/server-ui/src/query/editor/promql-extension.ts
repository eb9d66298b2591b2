import { EditorState, type Extension } from '@codemirror/state';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { parseDuration } from '../../format/duration';
import { historyCompletion } from './history-completion';
import { type QueryHistory } from './query-history';

export interface PromqlSupportOptions {
  /** The server's path prefix, with a slash at its end. */
  readonly pathPrefix: string;
  /** The server's lookback delta, `5m`: completion looks no further back. Empty when unknown. */
  readonly lookbackDelta: string;
  readonly history: QueryHistory;
  /** Whether completion offers earlier expressions. */
  readonly remembered: boolean;
  readonly autocomplete: boolean;
  readonly linter: boolean;
}

export interface PromqlSupport {
  readonly extension: Extension;
  /** Ends completion requests still under way. */
  readonly destroy: () => void;
}

/** PromQL for the editor: its grammar, completion from this server, and the linter. */
export function promqlSupport(options: PromqlSupportOptions): PromqlSupport {
  // Not the lookback alone: metrics that were there a moment ago should be offered too.
  const lookbackMs = Math.max(parseDuration(options.lookbackDelta) ?? 0, 12 * 3_600_000);
  const promql = new PromQLExtension()
    .activateCompletion(options.autocomplete)
    .activateLinter(options.linter)
    .setComplete({
      remote: {
        url: '',
        apiPrefix: `${options.pathPrefix}api/v1`,
        lookbackInterval: lookbackMs,
        cache: { maxAge: 60_000 },
      },
    });
  const history = historyCompletion(options.history);
  const completesHistory = options.autocomplete && options.remembered;
  return {
    extension: [
      promql.asExtension(),
      completesHistory ? EditorState.languageData.of(() => [{ autocomplete: history }]) : [],
    ],
    destroy: () => promql.destroy(),
  };
}
