import {
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete';
import { type QueryHistory } from './query-history';

const shown = 30;
const longestLabel = 80;

/** Offers whole earlier expressions while the cursor stands at the end of what is typed; taking one replaces it all. */
export function historyCompletion(history: QueryHistory): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    if (context.pos !== text.length || (text.trim() === '' && !context.explicit)) return null;
    const lower = text.trim().toLowerCase();
    const options = history
      .list()
      .filter((expr) => expr !== text.trim() && expr.toLowerCase().includes(lower))
      .slice(0, shown)
      .map((expr) => ({
        label: expr,
        displayLabel: expr.length > longestLabel ? `${expr.slice(0, longestLabel)}…` : expr,
        type: 'history',
        detail: 'earlier query',
        boost: -99,
      }));
    // Filtered above by what the text contains, where the editor's own filter would match letters in order.
    return options.length === 0 ? null : { from: 0, options, filter: false };
  };
}
