import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { type Panel } from './panel';
import { addPanel, changePanel, duplicatePanel, keyed, type KeyedPanel, removePanel } from './panel-list';
import { decodePanels, encodePanels } from './url';

export interface PanelActions {
  readonly add: () => void;
  readonly duplicate: (key: number, expr: string) => void;
  readonly remove: (key: number) => void;
  readonly change: (key: number, patch: Partial<Panel>) => void;
}

export interface Panels {
  readonly list: readonly KeyedPanel[];
  readonly actions: PanelActions;
}

/**
 * The panels of the query page. The address is the only copy, so back, forward and shared links need nothing more;
 * the panels' keys travel beside it in the history entry.
 */
export function usePanels(): Panels {
  const location = useLocation();
  const navigate = useNavigate();
  const list = useMemo(
    () => keyed(decodePanels(location.search), keysOf(location.state)),
    [location.search, location.state],
  );
  const go = useCallback(
    (next: readonly KeyedPanel[]) => {
      const search = encodePanels(next.map(({ panel }) => panel));
      void navigate({ search: `?${search}` }, { state: { panelKeys: next.map(({ key }) => key) } });
    },
    [navigate],
  );
  const actions = useMemo<PanelActions>(
    () => ({
      add: () => go(addPanel(list)),
      duplicate: (key, expr) => go(duplicatePanel(list, key, expr)),
      remove: (key) => go(removePanel(list, key)),
      change: (key, patch) => go(changePanel(list, key, patch)),
    }),
    [go, list],
  );
  return { list, actions };
}

function keysOf(state: unknown): readonly number[] {
  if (typeof state !== 'object' || state === null || !('panelKeys' in state)) return [];
  const { panelKeys } = state;
  return Array.isArray(panelKeys) && panelKeys.every((key): key is number => typeof key === 'number')
    ? panelKeys
    : [];
}
